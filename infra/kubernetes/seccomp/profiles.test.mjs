import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../dev/setup/workspace.mjs';
import { readProfile } from './read-profile.mjs';

const runtimeDefault = readProfile('runtime-default');
const worker = readProfile('sandlot-worker');

/** What docs/doctor.md says that a worker calls and default filters refuse. */
function documentedCalls() {
  const text = readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const [, list = ''] = /refuse to a process without capabilities: ([^.]+)\./.exec(text) ?? [];
  return list.split(/, | and /).map((name) => name.trim());
}

/** @param {import('./read-profile.mjs').Profile} profile */
function allowedAlways({ syscalls }) {
  return syscalls
    .filter(({ action, args }) => action === 'SCMP_ACT_ALLOW' && args === undefined)
    .flatMap(({ names }) => names);
}

/**
 * @param {import('./read-profile.mjs').Profile} profile
 * @param {string} call
 */
function rulesOf({ syscalls }, call) {
  return syscalls.filter(({ names }) => names.includes(call));
}

describe.each([
  ['runtime-default', runtimeDefault],
  ['sandlot-worker', worker],
])('seccomp/%s.json', (_name, profile) => {
  it('is flat: a runtime would pass over conditions, and apply their rules to all', () => {
    expect(Object.keys(profile).sort()).toEqual([
      'architectures',
      'defaultAction',
      'defaultErrnoRet',
      'syscalls',
    ]);
    for (const rule of profile.syscalls) {
      expect(['action', 'args', 'errnoRet', 'names']).toEqual(expect.arrayContaining(Object.keys(rule)));
    }
  });

  it('refuses by default, and names no call twice without a condition', () => {
    expect(profile).toMatchObject({ defaultAction: 'SCMP_ACT_ERRNO', defaultErrnoRet: 1 });
    const names = allowedAlways(profile);
    expect(names).toHaveLength(new Set(names).size);
  });

  it.each([
    'bpf',
    'keyctl',
    'add_key',
    'io_uring_setup',
    'perf_event_open',
    'userfaultfd',
    'kexec_load',
    'init_module',
    'setns',
  ])('has no rule for %s', (call) => expect(rulesOf(profile, call)).toEqual([]));
});

describe('seccomp/sandlot-worker.json', () => {
  const more = allowedAlways(worker).filter((name) => !allowedAlways(runtimeDefault).includes(name));

  it('allows, beyond RuntimeDefault, what docs/doctor.md lists and nothing else', () => {
    expect(more.sort()).toEqual([...documentedCalls()].sort());
  });

  it('takes nothing away but kinds of sockets that nobody uses', () => {
    const lost = allowedAlways(runtimeDefault).filter((name) => !allowedAlways(worker).includes(name));
    // It has its arguments in memory, where no filter sees them: rules of socket would hold for others only.
    expect(lost).toEqual(['socketcall']);
    const families = rulesOf(worker, 'socket').map(({ args }) => args?.[0]?.value);
    expect(families).toEqual([1, 2, 10, 16]); // AF_UNIX, AF_INET, AF_INET6, AF_NETLINK
  });

  it('knows 64-bit programs alone: the worker and its image have no others', () => {
    expect(worker.architectures).toEqual(['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64']);
  });

  it('does not hide clone3, and keeps clone to what makes no namespace: the worker has the newer call', () => {
    expect(rulesOf(worker, 'clone3').map(({ action }) => action)).toEqual(['SCMP_ACT_ALLOW']);
    expect(rulesOf(worker, 'clone')).toEqual(rulesOf(runtimeDefault, 'clone'));
  });
});
