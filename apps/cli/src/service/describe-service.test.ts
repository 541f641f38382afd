import { jobSpecSchema } from '@sandlot/contract';
import type { SandboxAbilities } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { curlLine, describeService } from './describe-service.js';

// Two limits tell as much as all of them.
const enforcement = {
  wallTimeMs: 'supervisor',
  pids: 'rlimit',
  stackBytes: 'rlimit',
} as SandboxAbilities['enforcement'];

const PROGRAM = { argv: ['/usr/bin/node', '-p', '1'] };
const findings = [{ ability: 'cgroup', message: 'EACCES on cgroup.procs. Start with `a b`.' }];

describe('describeService', () => {
  it('says address, cells, what holds the limits, and a command to try', () => {
    const abilities = {
      tier: 'T1',
      enforcement,
      findings,
      seccompProfiles: ['default'],
      runtimes: ['native'],
    } as const;
    const facts = {
      version: '0.1.0',
      address: 'http://127.0.0.1:7420',
      worker: { name: 'w', slots: 2, abilities },
      dataDir: '/data',
      queue: 'embedded',
    };
    const text = describeService(facts, PROGRAM);
    expect(text).toBe(
      [
        'Sandlot 0.1.0 listens on http://127.0.0.1:7420',
        '  cells   2 at once, isolation tier T1: native programs run, but not all of CPU, memory and processes are held by cgroups',
        '  limits  supervisor: wallTimeMs; rlimit: pids, stackBytes',
        '  missing cgroup: EACCES on cgroup.procs.',
        '          Start with `a b`.',
        '  queue   embedded',
        '  data    /data',
        '',
        'Try:',
        `  ${curlLine('http://127.0.0.1:7420', { job: PROGRAM })}`,
        '',
      ].join('\n'),
    );
  });

  it('never shows the password of a Redis', () => {
    const text = describeService({ version: '1', dataDir: '/d', queue: 'redis://u:secret@h:1/0' });
    expect(text).toContain('redis://u:***@h:1/0');
    expect(text).not.toContain('secret');
  });
});

describe('the command to try', () => {
  const service = { version: '1', address: 'http://127.0.0.1:7420', dataDir: '/d', queue: 'embedded' };

  it('sends a module to a worker that runs no programs', () => {
    const abilities = {
      tier: 'T4',
      enforcement,
      findings: [],
      seccompProfiles: [],
      runtimes: ['wasi'],
    } as const;
    const worker = { name: 'w', slots: 2, abilities };
    expectModule(describeService({ ...service, worker }, PROGRAM));
  });

  it('sends a module where there is no program to send', () => {
    expectModule(describeService(service));
  });
});

function expectModule(text: string): void {
  const [, body = ''] = /-d '(.*)'/.exec(text) ?? [];
  const [file] = jobSpecSchema.parse(JSON.parse(body)).files;
  expect(new WebAssembly.Module(Buffer.from(String(file?.content), 'base64'))).toBeDefined();
}

describe('curlLine', () => {
  it('speaks to a unix socket as well', () => {
    expect(curlLine('unix:/run/s.sock', { job: PROGRAM })).toContain(
      'curl -s --unix-socket /run/s.sock http://localhost/v1/jobs -H',
    );
  });
});
