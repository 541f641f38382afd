import { readFileSync } from 'node:fs';
import type { Sandbox } from '@sandlot/engine';
import type { SeccompProfile } from '@sandlot/contract';
import { payloadPath } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { libseccomp } from '../../src/seccomp/libseccomp.js';
import { DEFAULT_PROFILE, STRICT_PROFILE } from '../../src/seccomp/profiles.js';
import { DONE_CALLS, FORBIDDEN_CALLS } from '../../src/seccomp/syscalls.js';
import { runInCell } from '../support/run-in-cell.js';

/** Beyond every number in use. */
const LAST = 600;
/**
 * uretprobe and uprobe of x86-64: the kernel lets them past every filter (Linux ≥ 6.15, kernel/seccomp.c). They do nothing
 * unless a probe of root's has led there.
 */
const PAST_EVERY_FILTER = ['335 SIGILL', '336 ENXIO'];
/** The bit that makes a number one of the x32 ABI. */
const X32_BIT = 0x4000_0000;

let sandbox: Sandbox;
let files: { path: string; mode: string; content: Uint8Array }[];
beforeAll(async () => {
  const file = new URL('../support/profile.json', import.meta.url).pathname;
  sandbox = await createSandbox({ slots: 1, seccomp: { file } });
  files = [{ path: 'payload', mode: '0755', content: readFileSync(await payloadPath()) }];
});
afterAll(async () => await sandbox.close());

const attack = async (seccomp: SeccompProfile, ...verb: readonly string[]) =>
  await runInCell(sandbox, { argv: ['./payload', ...verb], files, seccomp, limits: { wallTimeMs: 60_000 } });

/** What each number came to. */
const sweep = async (seccomp: SeccompProfile, first: number, last: number) => {
  const { stdout, outcome } = await attack(seccomp, 'sweep-syscalls', String(first), String(last));
  expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(last - first + 1);
  const filtered = lines.filter((line) => !PAST_EVERY_FILTER.includes(line));
  return new Map(filtered.map((line) => line.split(' ') as [string, string]));
};

describe.each([
  ['default', DEFAULT_PROFILE],
  ['strict', STRICT_PROFILE],
] as const)('of all system calls, profile %s', (name, { rules }) => {
  it('lets none pass that it does not name', async () => {
    const allowed = new Set([
      ...rules.flatMap((rule) => (rule.action === 'allow' ? [rule.name] : [])),
      ...DONE_CALLS,
    ]);
    const results = await sweep(name, 0, LAST);
    const passed = [...results].flatMap(([number, result]) => {
      const syscall = libseccomp().nameOf(Number(number)) ?? `number ${number}`;
      return allowed.has(syscall) || ['EPERM', 'ENOSYS'].includes(result) ? [] : [`${syscall} ${result}`];
    });
    expect(passed).toEqual([]);
    for (const syscall of FORBIDDEN_CALLS) {
      const number = libseccomp().numberOf(syscall);
      if (number < 0) continue;
      // unshare(2) is allowed for what makes no namespace: with all flags it is refused.
      expect([syscall, results.get(String(number))]).toEqual([
        syscall,
        expect.stringMatching(/^(?:EPERM|ENOSYS)$/),
      ]);
    }
  });

  it('answers those that nobody knows as a kernel without them', async () => {
    const unknown = [...(await sweep(name, 0, LAST))].filter(
      ([number]) => libseccomp().nameOf(Number(number)) === undefined,
    );
    expect(unknown.length).toBeGreaterThan(100);
    expect(new Set(unknown.map(([, result]) => result))).toEqual(new Set(['ENOSYS']));
  });

  it.runIf(process.arch === 'x64')('knows no foreign ABI', async () => {
    const x32 = await sweep(name, X32_BIT, X32_BIT + LAST);
    expect(new Set(x32.values())).toEqual(new Set(['ENOSYS']));
    expect((await attack(name, 'try-foreign-call')).outcome).toEqual({ kind: 'signaled', signal: 'SIGSYS' });
  });
});

describe('profile strict', () => {
  it('executes no other program, and no socket is made', async () => {
    const run = async (script: string) =>
      await runInCell(sandbox, { argv: ['python3', '-c', script], seccomp: 'strict' });
    expect((await run('print(sum(range(10)))')).stdout).toBe('45\n');
    expect((await run('import os; os.execv("/bin/true", ["true"])')).stderr).toContain('PermissionError');
    expect((await run('import os; os.execve(os.open("/bin/true", 0), ["true"], {})')).stderr).toContain(
      'PermissionError',
    );
    expect((await run('import socket; socket.socket()')).stderr).toContain('PermissionError');
    expect((await run('import subprocess; subprocess.run(["true"])')).stderr).toContain('PermissionError');
  });

  it('has threads and children all the same', async () => {
    const script = `
import os, threading
t = threading.Thread(target=lambda: print('thread', flush=True)); t.start(); t.join()
if os.fork() == 0: print('child', flush=True); os._exit(0)
os.wait()`;
    const { stdout } = await runInCell(sandbox, { argv: ['python3', '-c', script], seccomp: 'strict' });
    expect(stdout).toBe('thread\nchild\n');
  });

  it('finds its program along PATH', async () => {
    const { outcome } = await runInCell(sandbox, { argv: ['no-such-program'], seccomp: 'strict' });
    expect(outcome).toMatchObject({ kind: 'exec-failed', path: 'no-such-program', errno: 'ENOENT' });
  });
});

describe('profile operator', () => {
  it('does what its file says, and no more than any profile may', async () => {
    const run = async (script: string) =>
      await runInCell(sandbox, { argv: ['python3', '-c', script], seccomp: 'operator' });
    // The file refuses uname(2) with ENOENT, and would allow mount(2) and keyctl(2).
    expect((await run('import os; os.uname()')).stderr).toContain('FileNotFoundError');
    expect((await attack('operator', 'try-mount')).stdout).toBe('refused EPERM\n');
    expect((await attack('operator', 'try-keyctl')).stdout).toBe('refused ENOSYS\n');
    expect((await run('import os; os.getpriority(0, 0); os.kill(os.getpid(), 0)')).outcome).toEqual({
      kind: 'signaled',
      signal: 'SIGSYS',
    });
  });
});

describe('an explained step', () => {
  it('tells each call that was refused, how often, and with what', async () => {
    const { steps, stdout, outcome } = await runInCell(sandbox, {
      argv: ['sh', '-c', 'unshare -U true; unshare -U true; chroot / true; echo done; exit 3'],
      explain: true,
    });
    expect({ stdout, outcome }).toEqual({ stdout: 'done\n', outcome: { kind: 'exited', exitCode: 3 } });
    expect(steps[0]!.deniedCalls).toEqual([
      { name: 'unshare', count: 2, arguments: expect.arrayContaining(['0x10000000']) },
      { name: 'chroot', count: 1, arguments: expect.anything() },
    ]);
  });

  it('gets the same answers as one that is not', async () => {
    for (const profile of ['default', 'strict'] as const) {
      const run = async (explain: boolean) =>
        await runInCell(sandbox, {
          argv: ['./payload', 'sweep-syscalls', '0', String(LAST)],
          files,
          explain,
          seccomp: profile,
          limits: { wallTimeMs: 60_000 },
        });
      const [plain, explained] = [await run(false), await run(true)];
      expect(
        explained.stdout.split('\n').filter((line) => /E(?:PERM|NOSYS|AFNOSUPPORT)$/.test(line)),
      ).toEqual(plain.stdout.split('\n').filter((line) => /E(?:PERM|NOSYS|AFNOSUPPORT)$/.test(line)));
      // Of more different ones than are kept.
      expect(explained.steps[0]!.deniedCalls).toHaveLength(64);
    }
  });

  it('says so if nothing was refused, and is told when its program cannot be executed', async () => {
    const quiet = await runInCell(sandbox, { argv: ['true'], explain: true });
    expect(quiet.steps[0]!.deniedCalls).toEqual([]);
    const failed = await runInCell(sandbox, { argv: ['./nothing'], explain: true });
    expect(failed.outcome).toMatchObject({ kind: 'exec-failed', errno: 'ENOENT' });
  });

  it('keeps its limits, however many calls are refused', async () => {
    const script = 'import os\nwhile True:\n  try: os.chroot("/")\n  except OSError: pass';
    const { outcome, steps } = await runInCell(sandbox, {
      argv: ['python3', '-c', script],
      explain: true,
      limits: { wallTimeMs: 1_000 },
    });
    expect(outcome).toEqual({ kind: 'timed-out', clock: 'wall', limitMs: 1_000 });
    expect(steps[0]!.usage.wallMs).toBeLessThan(1_500);
    expect(steps[0]!.deniedCalls?.[0]?.count).toBeGreaterThan(100);
  });

  it('is cancelled and leaves nothing', async () => {
    const controller = new AbortController();
    const { outcome } = await runInCell(sandbox, {
      argv: ['sleep', '60'],
      explain: true,
      signal: controller.signal,
      onStarted: () => controller.abort(),
    });
    expect(outcome).toEqual({ kind: 'cancelled' });
  });
});
