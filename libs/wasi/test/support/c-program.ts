import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileWasm } from '@sandlot/testing';

const PROGRAMS = join(import.meta.dirname, '../programs');

/** Compiles a program of test/programs, with what all of them share put before it. */
export function cProgram(name: string, flags: readonly string[] = []): Promise<Uint8Array> {
  const shared = readFileSync(join(PROGRAMS, 'check.h'), 'utf8');
  const source = readFileSync(join(PROGRAMS, `${name}.c`), 'utf8');
  return compileWasm(`${shared}\n${source}`, flags);
}

/** What a program of checks says: one line each, `ok NAME` or `FAIL NAME: why`. */
export function readChecks(output: Buffer): {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
} {
  const lines = output
    .toString()
    .split('\n')
    .filter((line) => line !== '');
  return {
    passed: lines.filter((line) => line.startsWith('ok ')),
    failed: lines.filter((line) => !line.startsWith('ok ')),
  };
}
