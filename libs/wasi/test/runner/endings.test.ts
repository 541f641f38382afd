import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { requireWasmCompiler } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import {
  encodeRunRequest,
  GUEST_STACK_MAX_BYTES,
  READY_LINE,
  type RunOptimization,
} from '../../src/runner-protocol.js';
import { cProgram } from '../support/c-program.js';
import { ENGINES, runGuest, startGuest, startRunner } from '../support/run-guest.js';
import {
  bareModule,
  callingStartSection,
  catchingItsExit,
  wasmModule,
  wasmName,
} from '../support/wasm-bytes.js';

const KiB = 1024;
const MiB = 1024 * KiB;

const UNREACHABLE = [0x00];
const LOOP_FOR_EVER = [0x03, 0x40, 0x0c, 0, 0x0b];

/** The CPU time of a process, in hundredths of a second: proc_pid_stat(5). */
function cpuTicks(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

describe('the runner', () => {
  it('says that it is ready, then waits without using the CPU', async () => {
    const { process: runner, request, records } = await startRunner();
    const [line] = (await once(records, 'data')) as [Buffer];
    expect(line.toString()).toBe(READY_LINE);
    const before = cpuTicks(runner.pid);
    await wait(300);
    expect(cpuTicks(runner.pid) - before).toBeLessThanOrEqual(1);
    expect(runner.exitCode).toBeNull();
    request.end();
    expect(await once(runner, 'exit')).toEqual([0, null]);
  });

  it('leaves without a record when its request is cut', async () => {
    const { stdout, stderr, request, records } = await startRunner();
    const whole = encodeRunRequest({ engine: 'node', args: [], env: [], preopens: [] }, bareModule([]));
    request.end(whole.subarray(0, whole.byteLength - 1));
    const [out, err, record] = await Promise.all([buffer(stdout), buffer(stderr), buffer(records)]);
    expect(record.toString()).toBe(READY_LINE);
    expect(Buffer.concat([out, err]).toString()).toBe('');
  });

  it('says nothing on the streams of the guest when it fails itself', async () => {
    const { process: runner, stdout, stderr, request, records } = await startRunner();
    request.end(Buffer.from('\u0003\0\0\0{no'));
    const exit = once(runner, 'exit');
    const [out, err, record] = await Promise.all([buffer(stdout), buffer(stderr), buffer(records)]);
    expect(Buffer.concat([out, err]).toString()).toBe('');
    expect(record.toString()).toBe(READY_LINE);
    expect(await exit).toEqual([70, null]);
  });
});

describe.each(ENGINES)('a module that engine %s gets', (engine) => {
  it.each([
    ['is no module', Uint8Array.of(1, 2, 3, 4), /magic/],
    ['is cut', bareModule([]).subarray(0, 20), /./],
    ['has no _start', wasmModule(), /_start/],
    [
      'imports what there is not',
      wasmModule(
        [1, [1, 0x60, 0, 0]],
        [2, [1, ...wasmName('env'), ...wasmName('strange'), 0, 0]],
        [7, [1, ...wasmName('_start'), 0, 0]],
      ),
      /env/,
    ],
    [
      'imports a call with another type',
      wasmModule(
        [1, [1, 0x60, 0, 0]],
        [2, [1, ...wasmName('wasi_snapshot_preview1'), ...wasmName('sock_open'), 0, 0]],
        [7, [1, ...wasmName('_start'), 0, 0]],
      ),
      /sock_open/,
    ],
  ])('is refused when it %s', async (_what, module, reason) => {
    const { record, exitCode } = await runGuest(module, { engine });
    expect(record).toEqual({ kind: 'refused', message: expect.stringMatching(reason) });
    expect(exitCode).toBe(0);
  });

  it('runs without memory and without imports', async () => {
    const { record } = await runGuest(bareModule([]), { engine });
    expect(record).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('can trap in its start section', async () => {
    const { record } = await runGuest(bareModule(UNREACHABLE, true), { engine });
    expect(record).toEqual({ kind: 'trapped', trap: 'unreachable', message: 'unreachable' });
  });

  it('can exit in its start section', async () => {
    const module = callingStartSection([{ name: 'proc_exit', args: 1, returns: false }]);
    expect((await runGuest(module, { engine })).record).toEqual({ kind: 'exited', exitCode: 7 });
  });

  it('does not go on after its exit, whatever it catches', async () => {
    expect((await runGuest(catchingItsExit(), { engine })).record).toEqual({ kind: 'exited', exitCode: 3 });
  });

  it('gets an errno for what it asks in its start section, when its memory is not to be seen yet', async () => {
    const module = callingStartSection([
      { name: 'args_sizes_get', args: 2, returns: true },
      { name: 'args_get', args: 2, returns: true },
      { name: 'random_get', args: 2, returns: true },
      { name: 'fd_write', args: 4, returns: true },
    ]);
    expect((await runGuest(module, { engine })).record).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it.each([
    ['loops in its start section', true],
    ['loops in _start', false],
  ])('can be killed while it %s', async (_what, isStartSection) => {
    const guest = await startGuest(bareModule(LOOP_FOR_EVER, isStartSection), { engine });
    await wait(500);
    expect(guest.process.exitCode).toBeNull();
    const killed = performance.now();
    guest.process.kill('SIGKILL');
    expect(await guest.result).toEqual({ record: undefined, exitCode: null, signal: 'SIGKILL' });
    expect(performance.now() - killed).toBeLessThan(250);
  });
});

describe.runIf(requireWasmCompiler())('a C program', () => {
  describe.each(ENGINES)('with engine %s', (engine) => {
    it.each([
      ['unreachable', 'unreachable', 'abort'],
      ['memory', 'out-of-bounds', 'main'],
      ['table', 'out-of-bounds', 'call'],
      ['divide', 'divide-by-zero', 'named_function'],
      ['remainder', 'divide-by-zero', 'main'],
      ['overflow', 'integer-overflow', 'main'],
      ['mismatch', 'indirect-call-mismatch', 'call'],
      ['null', 'indirect-call-mismatch', 'call'],
      ['stack', 'stack-overflow', 'deeper'],
      ['stack-args', 'stack-overflow', expect.any(String)],
      ['stack-environ', 'stack-overflow', expect.any(String)],
      ['stack-random', 'stack-overflow', expect.any(String)],
      ['convert', 'invalid-conversion', 'main'],
    ])('that traps by %s is told from others, and its output is kept', async (verb, trap, name) => {
      const program = await cProgram('traps', ['-fno-inline']);
      const { stdout, record, exitCode } = await runGuest(program, { engine, args: ['traps', verb] });
      expect(record).toEqual({ kind: 'trapped', trap, message: expect.any(String), function: name });
      expect(stdout.toString()).toBe('before\n');
      expect(exitCode).toBe(0);
    });

    it('has as much stack for its calls as it may, and no more', async () => {
      const program = await cProgram('recursion');
      const depths = [];
      for (const stackBytes of [64 * KiB, MiB, 4 * MiB, 64 * MiB]) {
        const { stdout, record } = await runGuest(program, { engine, stackBytes });
        expect(record).toMatchObject({ kind: 'trapped', trap: 'stack-overflow' });
        depths.push(stdout.byteLength);
      }
      const [least = 0, one = 0, four = 0, most = 0] = depths;
      expect(four / one).toBeCloseTo(4, 0);
      // Beside the runner's own share of 128 KiB.
      expect(least).toBeLessThan(one / 4);
      expect(most / one).toBeCloseTo(GUEST_STACK_MAX_BYTES / MiB, 0);
    });

    it.each(['return', 'exit', 'nested'])('ends by %s with every exit code there is', async (way) => {
      const program = await cProgram('exits');
      // Sequential, since each is a process.
      for (const code of [0, 1, 7, 255, 256, 70_000, -1]) {
        const { record, stdout } = await runGuest(program, { engine, args: ['exits', way, String(code)] });
        expect(record).toEqual({ kind: 'exited', exitCode: code >>> 0 });
        expect(stdout.toString()).toBe('');
      }
    });

    it('gets its arguments, variables and directories as they were given', async () => {
      const long = 'x'.repeat(100_000);
      const args = ['name', '', 'ä€😀', '-v', long];
      const env = ['A=1', 'EMPTY=', 'WITH=a=b', '__proto__=x', 'Ü=ö'];
      const preopens = ['/', '/data', 'relative'].map((guest) => ({ guest, host: '/tmp', readOnly: true }));
      const { stdout } = await runGuest(await cProgram('strings'), { engine, args, env, preopens });
      expect(stdout.toString().split('\n').slice(0, -1)).toEqual([
        ...args.map((arg) => `arg ${arg}`),
        ...env.map((entry) => `env ${entry}`),
        ...preopens.map(({ guest }, index) => `dir ${index + 3} ${guest}`),
      ]);
    });

    it('grows its memory between writes, again and again, without a crash', async () => {
      const program = await cProgram('grow-write');
      const expected = Array.from({ length: 200 }, (_, i) => `line ${i} ${(i << 24) >> 24}\n`).join('');
      const crashes = [];
      for (let run = 0; run < 60; run += 1) {
        const { stdout, record, signal } = await runGuest(program, { engine });
        if (record?.kind !== 'exited' || stdout.toString() !== expected)
          crashes.push({ run, record, signal });
      }
      expect(crashes).toEqual([]);
    }, 120_000);

    it('with one long loop is faster when all of it is optimised first', async () => {
      const program = await cProgram('long-loop');
      const run = async (optimize: RunOptimization): Promise<readonly number[]> => {
        const { stdout } = await runGuest(program, { engine, optimize });
        return stdout.toString().split(' ').map(Number);
      };
      const [startResult, startMs] = await run('start');
      const [throughputResult, throughputMs] = await run('throughput');
      expect(throughputResult).toBe(startResult);
      expect(throughputMs).toBeLessThan(startMs! / 1.5);
    });

    it('that sleeps for ever is killed at once', async () => {
      const guest = await startGuest(await cProgram('clocks'), {
        engine,
        args: ['clocks', 'sleep-for-ever'],
      });
      await wait(500);
      guest.process.kill('SIGKILL');
      expect(await guest.result).toMatchObject({ signal: 'SIGKILL' });
    });
  });
});
