import { readFileSync } from 'node:fs';
import type { Sandbox } from '@sandlot/engine';
import { payloadPath } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { childrenOf } from '../support/count-residue.js';
import { runInCell, shellInCell } from '../support/run-in-cell.js';

describe('init', () => {
  it('lets no signals queue up, which the host counts by uid', async () => {
    const before = childrenOf(process.pid);
    await using sandbox = disposable(await createSandbox({ slots: 1 }));
    expect(sandbox.slots).toBe(1);
    const [init, ...others] = childrenOf(process.pid).filter((pid) => !before.includes(pid));
    expect(others).toEqual([]);
    expect(readFileSync(`/proc/${init}/limits`, 'utf8')).toMatch(/^Max pending signals +0 /m);
  });
});

function disposable(sandbox: Sandbox): Sandbox & AsyncDisposable {
  return Object.assign(sandbox, { [Symbol.asyncDispose]: async () => await sandbox.close() });
}

describe('a hostile payload', () => {
  let sandbox: Sandbox;
  let files: { path: string; mode: string; content: Uint8Array }[];
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 1 });
    files = [{ path: 'payload', mode: '0755', content: readFileSync(await payloadPath()) }];
  });
  afterAll(async () => await sandbox.close());
  const attack = async (...verb: readonly string[]) =>
    await runInCell(sandbox, { argv: ['./payload', ...verb], files });

  it.each([
    ['try-mount'],
    ['try-umount', '/proc'],
    ['try-umount', '/scratch'],
    ['try-chroot'],
    ['try-pivot-root'],
    ['try-unshare-user'],
    ['try-setns', '1'],
    ['try-sethostname'],
    ['try-mknod'],
    ['try-ptrace', '1'],
    ['try-open-proc-mem', '1'],
    ['try-tiocsti'],
    ['try-keyctl'],
    ['try-setuid', '1'],
    ['try-setgroups'],
    ['try-raise-rlimit'],
    ['try-prlimit', '1'],
    ['try-io-uring'],
    ['try-socket', '40'], // AF_VSOCK: no namespace bounds it
    ['try-socket', '38'], // AF_ALG
    ['try-socket', '17'], // AF_PACKET
    ['try-read', '/etc/shadow'],
    ['try-read', '/proc/kcore'],
    ['try-read', '/root'],
    ['try-write', '/usr/bin/true'],
    ['try-write', '/proc/sys/kernel/hostname'],
    ['try-write', '/proc/sysrq-trigger'],
  ])('is refused: %s %s', async (...verb) => {
    const { stdout, outcome } = await attack(...verb);
    expect(stdout).toMatch(/^refused E[A-Z]+\n$/);
    expect(outcome).toEqual({ kind: 'exited', exitCode: 1 });
  });

  it.each([
    'os.setpriority(os.PRIO_PROCESS, 1, 19)',
    'os.setpriority(os.PRIO_USER, 0, 19)',
    'os.sched_setscheduler(1, os.SCHED_IDLE, os.sched_param(0))',
    'os.sched_setaffinity(1, {0})',
  ])('cannot slow init down: %s', async (call) => {
    const { stderr, outcome } = await runInCell(sandbox, { argv: ['python3', '-c', `import os; ${call}`] });
    expect(stderr).toContain('PermissionError');
    expect(outcome).toEqual({ kind: 'exited', exitCode: 1 });
  });

  it('may be nice itself', async () => {
    const script = 'import os; os.setpriority(os.PRIO_PROCESS, 0, 5); os.sched_setaffinity(os.getpid(), {0})';
    expect((await runInCell(sandbox, { argv: ['python3', '-c', script] })).outcome).toEqual({
      kind: 'exited',
      exitCode: 0,
    });
  });

  it('may still use what ordinary programs use', async () => {
    for (const verb of [
      ['try-socket', '2'],
      ['try-socket', '10'],
      ['try-socket', '1'],
      ['try-write', '/box/x'],
    ]) {
      expect((await attack(...verb)).stdout).toBe('allowed\n');
    }
    const { stdout } = await shellInCell(sandbox, 'ulimit -n 64 && ulimit -n');
    expect(stdout).toBe('64\n');
  });

  it('cannot have the core dump handler of the host started', async () => {
    const script = `
import resource as r
print(r.getrlimit(r.RLIMIT_CORE))
r.setrlimit(r.RLIMIT_CORE, (0, 0))
print(r.prlimit(0, r.RLIMIT_CORE))`;
    const { stdout } = await runInCell(sandbox, { argv: ['python3', '-c', script] });
    expect(stdout).toBe('(1, 1)\n(1, 1)\n');
  });

  it('signals pid 1 in vain', async () => {
    await attack('try-kill', '1', '9');
    expect((await attack('echo', 'alive')).stdout).toBe('alive\n');
  });

  it('is reported by its signal when the filter kills it', async () => {
    const { outcome } = await attack('kill-self', 'SYS');
    expect(outcome).toEqual({ kind: 'signaled', signal: 'SIGSYS' });
  });

  it('that floods in the smallest writes gets a verdict every time', async () => {
    const limits = { outputBytes: 64 * 1024 };
    for (let round = 0; round < 15; round += 1) {
      const { outcome } = await shellInCell(sandbox, 'while :; do echo x; done', { limits });
      expect(outcome).toEqual({ kind: 'output-exceeded', stream: 'stdout', limitBytes: 64 * 1024 });
    }
  });

  it('leaves nothing in the network: who comes next has one that was never used', async () => {
    const look = async () =>
      (await runInCell(sandbox, { argv: ['cat', '/proc/net/dev', '/proc/net/snmp'] })).stdout;
    const untouched = await look();
    expect((await attack('connect-loopback', '9')).stdout).toBe('refused ECONNREFUSED\n');
    expect(await look()).toBe(untouched);
  });

  it('can open its standard streams by name', async () => {
    const { stdout } = await shellInCell(sandbox, 'cat /dev/stdin > /dev/stdout', {
      stdin: Buffer.from('through\n'),
    });
    expect(stdout).toBe('through\n');
  });
});
