import { constants } from 'node:os';
import { DEFAULT_LIMITS } from '@sandlot/contract';
import type { Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { findProcesses } from '../support/count-residue.js';
import { shellInCell } from '../support/run-in-cell.js';
import { evaluate } from '../support/run-in-runner.js';
import { nodeRunner } from '../support/node-runner.js';

const MiB = 1024 * 1024;

describe('a cell with a runner', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 2, runner: { program: nodeRunner(), spare: 1 } });
  });
  afterAll(async () => await sandbox.close());

  const whenWaiting = async () =>
    await expect.poll(() => sandbox.runners?.waiting, { timeout: 10_000 }).toBe(1);

  it('gives it the files, streams and record of its job', async () => {
    const script = `
      const { readFileSync, writeFileSync, writeSync } = require('node:fs');
      writeFileSync('out', 'kept');
      writeSync(1, readFileSync(0, 'utf8'));
      readFileSync('in', 'utf8')`;
    const ended = await evaluate(sandbox, script, { stdin: 'streamed', files: { in: 'placed' } });
    expect(ended).toMatchObject({
      end: { kind: 'exited', exitCode: 0 },
      said: 'placed',
      stdout: 'streamed',
      artifacts: ['out'],
    });
  });

  it('takes one that waits, and starts another behind the scenes', async () => {
    await whenWaiting();
    const { warm = 0, cold } = sandbox.runners ?? {};
    await evaluate(sandbox, '0');
    await whenWaiting();
    expect(sandbox.runners).toMatchObject({ warm: warm + 1, cold });
  });

  it('never uses one twice', async () => {
    await evaluate(sandbox, `globalThis.seen = 1; require('node:fs').writeFileSync('/tmp/seen', '')`);
    await whenWaiting();
    const seen = `[typeof seen, ...require('node:fs').readdirSync('/tmp')]`;
    expect((await evaluate(sandbox, seen)).said).toEqual(['undefined']);
  });

  it('shows it of /proc its own processes, and nothing of the system', async () => {
    const script = `require('node:fs').readdirSync('/proc').filter((name) => !/^\\d+$/.test(name)).sort()`;
    expect((await evaluate(sandbox, script)).said).toEqual(['self', 'thread-self']);
  });

  it('shows it nothing of the host but its own files', async () => {
    const script = `
      const { readdirSync } = require('node:fs');
      [readdirSync('/').sort(), readdirSync('/dev'), readdirSync('/usr'), process.env, process.cwd()]`;
    const { said } = await evaluate(sandbox, script);
    expect(said).toEqual([
      ['box', 'dev', 'lib64', 'node', 'openssl.cnf', 'proc', 'runner.cjs', 'scratch', 'tmp', 'usr'],
      ['shm'],
      ['lib'],
      {},
      '/box',
    ]);
  });

  it('lets it execute nothing and reach no network', async () => {
    const script = `
      const attempt = (what) => { try { what(); return 'done'; } catch (error) { return error.code; } };
      [
        attempt(() => require('node:child_process').execFileSync('/node', ['-e', '0'])),
        new (process.binding('tcp_wrap').TCP)(0).bind('127.0.0.1', 0),
      ]`;
    expect((await evaluate(sandbox, script)).said).toEqual(['EPERM', -constants.errno.EPERM]);
  });

  it.each([
    ['wall', { wallTimeMs: 300 }, 'for (;;);'],
    ['wall', { wallTimeMs: 300 }, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
    [
      'wall',
      { wallTimeMs: 300 },
      'require("node:fs").readSync(0, Buffer.alloc(1)), require("node:fs").readSync(3, Buffer.alloc(1)); for (;;);',
    ],
    ['cpu', { cpuTimeMs: 200 }, 'for (;;);'],
    ['idle', { idleTimeMs: 200 }, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
  ])('keeps the clock %s from its release on', async (kind, limits, script) => {
    // Long enough waiting that its start would count if anything did.
    await whenWaiting();
    const { killed, wallMs } = await evaluate(sandbox, script, { limits });
    expect(killed).toMatchObject({ kind });
    expect(wallMs).toBeGreaterThanOrEqual(190);
  });

  it('counts no CPU time of its start', async () => {
    await whenWaiting();
    const { cpuUserMs, cpuSystemMs } = await evaluate(sandbox, '0');
    // Node alone takes 30 ms at least to start.
    expect(cpuUserMs + cpuSystemMs).toBeLessThan(25);
  });

  it('holds it to the memory of the job, beside its own', async () => {
    const fill = (mib: number) =>
      `const all = []; for (let n = 0; n < ${mib}; n++) all.push(Buffer.alloc(${MiB}, 1)); all.length`;
    const limits = { memoryBytes: 64 * MiB };
    expect((await evaluate(sandbox, fill(32), { limits })).said).toBe(32);
    expect(await evaluate(sandbox, fill(2000), { limits })).toMatchObject({ killed: { kind: 'memory' } });
  });

  it('holds it to the disk of the job', async () => {
    const script = `
      const { writeFileSync } = require('node:fs');
      try { writeFileSync('big', Buffer.alloc(${2 * MiB})); 'written' } catch (error) { error.code }`;
    const ended = await evaluate(sandbox, script, { limits: { diskBytes: MiB } });
    expect(ended).toMatchObject({ said: 'ENOSPC', diskFull: true });
    const roomier = await evaluate(sandbox, script, { limits: { diskBytes: 128 * MiB } });
    expect(roomier).toMatchObject({ said: 'written', diskFull: false });
  });

  it('gives it as much as a job may ask for', async () => {
    const limits = { memoryBytes: 8192 * MiB, cpuTimeMs: 600_000, fileBytes: 16_384 * MiB, openFiles: 500 };
    const script = `require('node:fs').readFileSync('/proc/self/limits', 'utf8')`;
    const { said } = await evaluate(sandbox, script, { limits });
    const limitOf = (name: string) =>
      Number(new RegExp(`^${name} +(\\d+)`, 'm').exec(String(said))?.[1] ?? Infinity);
    expect(limitOf('Max data size')).toBeGreaterThanOrEqual(8192 * MiB);
    expect(limitOf('Max cpu time')).toBeGreaterThanOrEqual(600);
    expect(limitOf('Max file size')).toBe(16_384 * MiB);
    expect(limitOf('Max open files')).toBe(500 + 64);
  });

  it('holds its output', async () => {
    const script = `for (;;) require('node:fs').writeSync(1, 'x'.repeat(65536))`;
    const { killed, stdout } = await evaluate(sandbox, script, { limits: { outputBytes: 100_000 } });
    expect(killed).toEqual({ kind: 'output', stream: 'stdout' });
    expect(stdout).toHaveLength(100_000);
  });

  it('is ended when the job is cancelled', async () => {
    const signal = AbortSignal.timeout(200);
    const { killed } = await evaluate(sandbox, 'for (;;);', { signal });
    expect(killed).toEqual({ kind: 'cancel' });
  });

  it('takes no more of its record than is bounded', async () => {
    const { record, end } = await evaluate(
      sandbox,
      `for (let n = 0; n < 4; n++) require('node:fs').writeSync(4, ' '.repeat(8192)); 1`,
    );
    expect(end).toEqual({ kind: 'exited', exitCode: 0 });
    expect(record?.length).toBeLessThanOrEqual(16_384);
  });

  it('is started where none waits', async () => {
    await whenWaiting();
    const ended = await Promise.all([evaluate(sandbox, '1'), evaluate(sandbox, '2')]);
    expect(ended.map(({ said }) => said)).toEqual([1, 2]);
  });
});

describe('a runner that dies while it waits', () => {
  it('is passed over, and another takes its place', async () => {
    const script = `require('node:fs').writeSync(4, 'ready\\n'); setTimeout(() => undefined, 50)`;
    const program = { ...nodeRunner(), argv: ['/node', '-e', script] };
    const sandbox = await createSandbox({ slots: 1, runner: { program, spare: 1 } });
    try {
      await expect.poll(() => sandbox.runners).toMatchObject({ waiting: 1, failed: 0 });
      await expect.poll(() => sandbox.runners).toMatchObject({ waiting: 0, failed: 1 });
      const { end } = await evaluate(sandbox, '');
      expect(end).toEqual({ kind: 'exited', exitCode: 0 });
      expect(sandbox.runners).toMatchObject({ warm: 0, cold: 1 });
      await expect.poll(() => sandbox.runners?.waiting, { timeout: 5_000 }).toBe(1);
    } finally {
      await sandbox.close();
    }
  });

  it('is replaced by one that serves, when it was killed', async () => {
    const before = findProcesses('/openssl.cnf /runner.cjs');
    // So that a plain user may kill it.
    const subordinateIds = 'off';
    const runner = { program: nodeRunner(), spare: 1 };
    const sandbox = await createSandbox({ slots: 1, subordinateIds, runner });
    try {
      await expect.poll(() => sandbox.runners?.waiting, { timeout: 10_000 }).toBe(1);
      const [pid] = findProcesses('/openssl.cnf /runner.cjs').filter((found) => !before.includes(found));
      process.kill(Number(pid), 'SIGKILL');
      await expect.poll(() => sandbox.runners, { timeout: 10_000 }).toMatchObject({ waiting: 1, failed: 1 });
      expect((await evaluate(sandbox, '7')).said).toBe(7);
      expect(sandbox.runners).toMatchObject({ warm: 1, cold: 0 });
    } finally {
      await sandbox.close();
    }
  });
});

describe('a runner that is started for its job', () => {
  it.each([1, 20, 100])('gives up for the reason it is given, %s ms later', async (delay) => {
    const program = { ...nodeRunner(), argv: ['/node', '--eval', 'setTimeout(() => {}, 60_000)'] };
    const sandbox = await createSandbox({ slots: 1, runner: { program, spare: 0 } });
    try {
      const reason = new Error('not wanted any more');
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), delay);
      const plan = { limits: DEFAULT_LIMITS, files: [], runner: true };
      await expect(sandbox.openCell(plan, controller.signal)).rejects.toBe(reason);
    } finally {
      await sandbox.close();
    }
  });
});

describe('a runner that cannot start', () => {
  it('is a failure that says what it said', async () => {
    const program = { ...nodeRunner(), argv: ['/node', '/missing.cjs'] };
    const sandbox = await createSandbox({ slots: 1, runner: { program, spare: 0 } });
    try {
      await expect(evaluate(sandbox, '1')).rejects.toThrow(/A runner ended before it was needed: .*missing/s);
    } finally {
      await sandbox.close();
    }
  });
});

describe('a sandbox whose runner cannot be had', () => {
  it.each([
    ['because it was not found', new Error('no bundle')],
    [
      'because a file of it cannot be shown',
      { program: { ...nodeRunner(), files: [{ path: '/node', source: '/nowhere/node' }] }, spare: 1 },
    ],
  ])('runs programs all the same, and says why: %s', async (_, runner) => {
    const sandbox = await createSandbox({ slots: 1, runner });
    try {
      expect(sandbox.abilities.runtimes).toEqual(['native']);
      expect(sandbox.abilities.findings).toContainEqual({
        ability: 'wasi',
        message: expect.stringMatching(
          /^WASI jobs cannot run on this worker: .*(?:no bundle|ENOENT)/s,
        ) as string,
      });
      await expect(evaluate(sandbox, '1')).rejects.toThrow('WASI jobs cannot run on this worker');
      expect((await shellInCell(sandbox, 'exit 3')).outcome).toEqual({ kind: 'exited', exitCode: 3 });
    } finally {
      await sandbox.close();
    }
  });
});
