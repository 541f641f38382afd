import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '../src');
const CLIENT = join(import.meta.dirname, '../../../libs/client/src/index.ts');

/** Packages that loading a file loads: its imports and those of its files, without types and `import()`. */
function packagesBehind(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, names = '', source = ''] of text.matchAll(
    /^(?:import|export)\s([^;]*?)\sfrom '([^']+)';/gms,
  )) {
    if (isTypesOnly(names)) continue;
    if (source === '@sandlot/client') packagesBehind(CLIENT, seen);
    else if (source.startsWith('.'))
      packagesBehind(join(dirname(file), source.replace(/\.js$/, '.ts')), seen);
    else seen.add(source);
  }
  return seen;
}

function isTypesOnly(names: string): boolean {
  if (names.startsWith('type ')) return true;
  const listed = /^\{([^]*)\}$/.exec(names.trim())?.[1];
  return listed?.split(',').every((name) => /^\s*(?:type\s|$)/.test(name)) ?? false;
}

describe('commands that speak to a service', () => {
  it.each([
    'main.ts',
    'client/submit-command.ts',
    'client/status-command.ts',
    'client/logs-command.ts',
    'client/cancel-command.ts',
    'client/artifacts-command.ts',
  ])('load no server, queue or schema library: %s', (file) => {
    const packages = [...packagesBehind(join(SOURCES, file))].filter((name) => !name.startsWith('/'));
    expect(packages.filter((name) => !name.startsWith('node:') && name !== 'commander')).toEqual([]);
  });
});
