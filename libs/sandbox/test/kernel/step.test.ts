import type { Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { runInCell, runStepsInCell, shellInCell } from '../support/run-in-cell.js';

describe('a step', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 2 });
  });
  afterAll(async () => await sandbox.close());

  it.each([0, 1, 7, 255])('tells exit code %i', async (exitCode) => {
    const { outcome } = await shellInCell(sandbox, `exit ${exitCode}`);
    expect(outcome).toEqual({ kind: 'exited', exitCode });
  });

  it.each(['SIGSEGV', 'SIGKILL', 'SIGTERM', 'SIGABRT'])('tells that %s ended it', async (signal) => {
    const { outcome } = await shellInCell(sandbox, `kill -${signal.slice(3)} $$`);
    expect(outcome).toEqual({ kind: 'signaled', signal });
  });

  it.each([
    [['/nowhere/program'], '/nowhere/program', 'ENOENT'],
    [['no-such-program'], 'no-such-program', 'ENOENT'],
    [['/etc/passwd'], '/etc/passwd', 'EACCES'],
    [['/usr'], '/usr', 'EACCES'],
    [['./noise'], './noise', 'ENOEXEC'],
    [['./no-interpreter'], './no-interpreter', 'ENOENT'],
  ])('says why %j cannot be executed', async (argv, path, errno) => {
    const files = [
      { path: 'noise', mode: '0755', content: 'not a program' },
      { path: 'no-interpreter', mode: '0755', content: '#!/nowhere/sh\n' },
    ];
    const { outcome } = await runInCell(sandbox, { argv, files });
    expect(outcome).toMatchObject({ kind: 'exec-failed', path, errno });
  });

  it('kills a sleeper once its wall time is over', async () => {
    const { outcome, steps } = await runInCell(sandbox, {
      argv: ['sleep', '60'],
      limits: { wallTimeMs: 300 },
    });
    expect(outcome).toEqual({ kind: 'timed-out', clock: 'wall', limitMs: 300 });
    expect(steps[0]!.usage.wallMs).toBeGreaterThanOrEqual(300);
    expect(steps[0]!.usage.wallMs).toBeLessThan(1_500);
  });

  it('kills what ignores SIGTERM, stops itself or runs in other sessions', async () => {
    const script = 'trap "" TERM INT HUP; setsid sleep 60 & (kill -STOP $$)& sleep 60';
    const { outcome } = await shellInCell(sandbox, script, { limits: { wallTimeMs: 300 } });
    expect(outcome).toEqual({ kind: 'timed-out', clock: 'wall', limitMs: 300 });
  });

  it('ends with its main process, even if a daemon holds its output open', async () => {
    const begun = performance.now();
    const { outcome, stdout } = await shellInCell(sandbox, 'setsid sleep 60 & echo started');
    expect(stdout).toBe('started\n');
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it.each(['stdout', 'stderr'] as const)(
    'keeps what fits of a flood on %s and kills the rest',
    async (stream) => {
      const redirect = stream === 'stderr' ? '>&2' : '';
      const limits = { outputBytes: 10_000, wallTimeMs: 10_000 };
      const report = await shellInCell(sandbox, `sleep 60 & exec tr '\\0' x < /dev/zero ${redirect}`, {
        limits,
      });
      expect(report.outcome).toEqual({ kind: 'output-exceeded', stream, limitBytes: 10_000 });
      expect(report[stream]).toBe('x'.repeat(10_000));
    },
  );

  it('accepts output of exactly the limit', async () => {
    const limits = { outputBytes: 1000 };
    const { outcome, stdout } = await shellInCell(sandbox, 'head -c 1000 /dev/zero', { limits });
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
    expect(stdout).toHaveLength(1000);
  });

  it('is cancelled by its signal', async () => {
    const cancel = new AbortController();
    const { outcome } = await runInCell(sandbox, {
      argv: ['sleep', '60'],
      signal: cancel.signal,
      onStarted: () => cancel.abort(),
    });
    expect(outcome).toEqual({ kind: 'cancelled' });
  });

  it.each([
    ['one process', 'while :; do :; done'],
    ['several', 'for i in 1 2 3; do while :; do :; done & done; wait'],
    ['one after another', 'while :; do (i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done); done'],
    [
      'children that nobody waits for',
      'trap "" CHLD; while :; do (i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done) & sleep 0.05; done',
    ],
  ])('is ended once %s used up its CPU time', async (_who, script) => {
    const limits = { cpuTimeMs: 400, wallTimeMs: 20_000 };
    const { outcome, steps } = await shellInCell(sandbox, script, { limits });
    expect(outcome).toEqual({ kind: 'timed-out', clock: 'cpu', limitMs: 400 });
    const { cpuUserMs, cpuSystemMs } = steps[0]!.usage;
    expect(cpuUserMs + cpuSystemMs).toBeGreaterThanOrEqual(400);
    expect(cpuUserMs + cpuSystemMs).toBeLessThan(600);
  });

  it('is ended when it is idle, and not while it computes or writes', async () => {
    const limits = { idleTimeMs: 300, wallTimeMs: 20_000 };
    const asleep = await runInCell(sandbox, { argv: ['sleep', '60'], limits });
    expect(asleep.outcome).toEqual({ kind: 'timed-out', clock: 'idle', limitMs: 300 });
    expect(asleep.steps[0]!.usage.wallMs).toBeGreaterThanOrEqual(300);
    const writing = await shellInCell(sandbox, 'for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done', {
      limits,
    });
    expect(writing.outcome).toEqual({ kind: 'exited', exitCode: 0 });
    const computing = await shellInCell(sandbox, 'i=0; while [ $i -lt 600000 ]; do i=$((i+1)); done', {
      limits,
    });
    expect(computing.outcome).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('is not idle while its reader keeps it waiting', async () => {
    let isFirst = true;
    const { outcome } = await shellInCell(sandbox, 'head -c 200000 /dev/zero', {
      limits: { idleTimeMs: 1_000, wallTimeMs: 20_000 },
      onOutput: async () => {
        if (isFirst) await new Promise((resolve) => setTimeout(resolve, 2_500));
        isFirst = false;
      },
    });
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('is ended when its processes together take too much memory', async () => {
    const hog = `python3 -c 'import time; b = bytearray(40 << 20); time.sleep(10)'`;
    const limits = { memoryBytes: 100 << 20 };
    const { outcome, enforcement } = await shellInCell(sandbox, `${hog} & ${hog} & ${hog} & ${hog} & wait`, {
      limits,
    });
    expect(outcome).toEqual({ kind: 'memory-exceeded', limitBytes: 100 << 20 });
    expect(enforcement.memoryBytes).toBe('sampled');
  });

  it('keeps its clocks whatever is to be looked at', async () => {
    const script = `
import os, time
fds = [os.open('/dev/null', os.O_RDONLY)]
try:
    while True: fds.append(os.dup(fds[0]))
except OSError: pass
for i in range(60):
    if os.fork() == 0: time.sleep(60)
time.sleep(60)`;
    const limits = { wallTimeMs: 1_000, openFiles: 20_000 };
    const { outcome, steps } = await runInCell(sandbox, { argv: ['python3', '-c', script], limits });
    expect(outcome).toEqual({ kind: 'timed-out', clock: 'wall', limitMs: 1_000 });
    expect(steps[0]!.usage.wallMs).toBeLessThan(2_000);
  });

  it('sees memory whose main thread has ended', async () => {
    const script = `
import ctypes, mmap, threading, time
def hold():
    maps = []
    for i in range(10):
        m = mmap.mmap(-1, 20 << 20)
        m.write(b'x' * (20 << 20))
        maps.append(m)
    time.sleep(10)
threading.Thread(target=hold).start()
ctypes.CDLL(None).pthread_exit(None)`;
    const limits = { memoryBytes: 100 << 20 };
    const { outcome } = await runInCell(sandbox, { argv: ['python3', '-c', script], limits });
    expect(outcome).toEqual({ kind: 'memory-exceeded', limitBytes: 100 << 20 });
  });

  it('sees memory in descriptors that one thread alone has', async () => {
    const script = `
import ctypes, os, threading, time
libc = ctypes.CDLL(None)
def hold():
    libc.unshare(0x400)
    fd = os.memfd_create('hidden')
    for i in range(200): os.write(fd, b'x' * (1 << 20))
    time.sleep(10)
threading.Thread(target=hold).start()
time.sleep(10)`;
    const limits = { memoryBytes: 100 << 20, fileBytes: 1 << 30 };
    const { outcome } = await runInCell(sandbox, { argv: ['python3', '-c', script], limits });
    expect(outcome).toEqual({ kind: 'memory-exceeded', limitBytes: 100 << 20 });
  });

  it('counts memory that a child borrows by vfork once', async () => {
    const script = `
import subprocess
b = bytearray(70 << 20)
for i in range(100): subprocess.run(['/bin/true'])`;
    const limits = { memoryBytes: 128 << 20 };
    const { outcome } = await runInCell(sandbox, { argv: ['python3', '-c', script], limits });
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('is held to its memory however long it takes to look at all of it', async () => {
    const script = `
import os, time
for i in range(50):
    if os.fork() == 0:
        b = bytearray(30 << 20)
        time.sleep(20)
time.sleep(20)`;
    const { outcome } = await runInCell(sandbox, { argv: ['python3', '-c', script] });
    expect(outcome).toEqual({ kind: 'memory-exceeded', limitBytes: 256 << 20 });
  });

  it('has a memory peak of its own', async () => {
    const { steps } = await runStepsInCell(sandbox, [
      { argv: ['python3', '-c', 'b = bytearray(100 << 20)'] },
      { argv: ['true'] },
    ]);
    expect(steps[0]!.usage.memoryPeakBytes).toBeGreaterThan(100 << 20);
    expect(steps[1]!.usage.memoryPeakBytes ?? 0).toBeLessThan(20 << 20);
  });

  it('counts memory that forked processes share once', async () => {
    const script = `
import os, time
b = bytearray(60 << 20)
for i in range(6):
    if os.fork() == 0:
        time.sleep(0.3)
        os._exit(0)
time.sleep(0.3)`;
    const { outcome } = await runInCell(sandbox, {
      argv: ['python3', '-c', script],
      limits: { memoryBytes: 100 << 20 },
    });
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('that fills its disk and fails has exceeded it; one that copes has not', async () => {
    const limits = { diskBytes: 1 << 20 };
    const failed = await shellInCell(sandbox, 'head -c 2000000 /dev/zero > big', { limits });
    expect(failed.outcome).toEqual({ kind: 'disk-exceeded', limitBytes: 1 << 20 });
    expect(failed.steps[0]!.usage.diskUsedBytes).toBe(1 << 20);
    const coped = await shellInCell(sandbox, 'head -c 2000000 /dev/zero > big; rm big', { limits });
    expect(coped.outcome).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('is not to blame for a disk that another one has filled', async () => {
    const { steps } = await runStepsInCell(sandbox, [
      { argv: ['sh', '-c', 'head -c 2000000 /dev/zero > big; :'], limits: { diskBytes: 1 << 20 } },
      { argv: ['sh', '-c', 'exit 3'] },
    ]);
    expect(steps[1]!.outcome).toEqual({ kind: 'exited', exitCode: 3 });
    const filled = await runStepsInCell(sandbox, [
      { argv: ['sh', '-c', 'head -c 2000000 /dev/zero > big; rm big'], limits: { diskBytes: 1 << 20 } },
      { argv: ['sh', '-c', 'head -c 2000000 /dev/zero > big'] },
    ]);
    expect(filled.steps[1]!.outcome).toEqual({ kind: 'disk-exceeded', limitBytes: 64 << 20 });
  });

  it('may not have more memory than its own limit, though an earlier one left it', async () => {
    const { steps } = await runStepsInCell(sandbox, [
      { argv: ['sh', '-c', 'head -c 20000000 /dev/zero > big'] },
      { argv: ['true'], limits: { memoryBytes: 16 << 20 } },
    ]);
    expect(steps.map(({ outcome }) => outcome)).toEqual([
      { kind: 'exited', exitCode: 0 },
      { kind: 'memory-exceeded', limitBytes: 16 << 20 },
    ]);
  });

  it('has as many processes as its limit and its neighbours keep theirs', async () => {
    const bomb = 'i=0; while [ $i -lt 40 ]; do sleep 2 & i=$((i+1)); done; echo done';
    const [bombed, calm] = await Promise.all([
      shellInCell(sandbox, bomb, { limits: { pids: 10, wallTimeMs: 5_000 } }),
      shellInCell(sandbox, 'for i in 1 2 3 4 5 6 7 8; do sleep 0.2 & done; wait; echo fine', {
        limits: { pids: 12 },
      }),
    ]);
    expect(bombed.stderr).toMatch(/fork|Resource temporarily unavailable/i);
    expect(calm.stdout).toBe('fine\n');
  });

  it('counts usage of children too', async () => {
    const { steps } = await shellInCell(
      sandbox,
      'i=0; (while [ $i -lt 200000 ]; do i=$((i+1)); done); sleep 0.1',
    );
    const { cpuUserMs, wallMs, memoryPeakBytes } = steps[0]!.usage;
    expect(cpuUserMs).toBeGreaterThan(20);
    expect(wallMs).toBeGreaterThan(100);
    expect(memoryPeakBytes).toBeGreaterThan(500_000);
  });
});
