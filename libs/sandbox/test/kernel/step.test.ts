import type { Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { runInCell, shellInCell } from '../support/run-in-cell.js';

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

  it('is ended by RLIMIT_CPU when it burns its CPU time', async () => {
    const limits = { cpuTimeMs: 1000, wallTimeMs: 20_000 };
    const { outcome, steps } = await shellInCell(sandbox, 'while :; do :; done', { limits });
    expect(outcome).toEqual({ kind: 'timed-out', clock: 'cpu', limitMs: 1000 });
    const { cpuUserMs, cpuSystemMs } = steps[0]!.usage;
    expect(cpuUserMs + cpuSystemMs).toBeGreaterThan(900);
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
