import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/read-config.js';

const FILE = join(import.meta.dirname, '../../../../infra/compose/compose.yaml');
const CLOSE_MARGIN_MS = 10_000;

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly security_opt: readonly string[];
  readonly stop_grace_period: string;
  readonly cap_drop: readonly string[];
  readonly volumes: readonly string[];
}

const { services } = parse(readFileSync(FILE, 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<'api' | 'worker', Service>>; // our own file
};

describe.each(['api', 'worker'] as const)('the %s of infra/compose', (name) => {
  const service = services[name];
  const { config, warnings } = readConfig(service.environment, { cores: 1, home: '/' });

  it('is configured by variables that there are', () => {
    expect(warnings.filter((warning) => warning.includes('is not a setting'))).toEqual([]);
  });

  it('is given longer to stop than its jobs, and what closing takes', () => {
    const [, seconds] = /^(\d+)s$/.exec(service.stop_grace_period) ?? [];
    expect(Number(seconds) * 1_000).toBeGreaterThanOrEqual(config.graceMs + CLOSE_MARGIN_MS);
  });

  it('has no privilege, and shares the data directory', () => {
    expect(service).not.toHaveProperty('privileged');
    expect(service).not.toHaveProperty('cap_add');
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.volumes).toContain(`blobs:${config.dataDir}`);
  });
});

it('the worker of infra/compose has a filter that is there', () => {
  const option = services.worker.security_opt.find((each) => each.startsWith('seccomp:')) ?? '';
  expect(existsSync(join(dirname(FILE), option.slice('seccomp:'.length)))).toBe(true);
});
