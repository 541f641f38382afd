import { describe, expect, it, vi } from 'vitest';
import { InfrastructureError } from '../error/infrastructure-error.js';
import { enforcementOf } from '../limits/enforcement-of.js';
import type { JobPlan } from '../plan/plan-job.js';
import type { Collection } from '../sandbox/sandbox.js';
import { someLimits } from '../../test/some-limits.js';
import { ScriptedSandbox, type ScriptedStep } from '../../test/scripted-sandbox.js';
import { executePlan } from './execute-plan.js';

const limits = someLimits({ outputBytes: 100 });
const planOf = (...names: readonly string[]): JobPlan => ({
  cell: { limits, files: [] },
  steps: names.map((name) => ({
    name,
    argv: [name],
    candidates: [`/${name}`],
    env: [],
    limits,
    stdin: Buffer.from(`input of ${name}`),
  })),
  artifacts: [],
});

const run = async (script: Readonly<Record<string, ScriptedStep>>, signal = new AbortController().signal) => {
  const sandbox = new ScriptedSandbox(script);
  const heard: string[] = [];
  const observer = {
    onStarted: () => void heard.push('started'),
    onOutput: (step: string, stream: string, chunk: Uint8Array) =>
      void heard.push(`${step} ${stream} ${Buffer.from(chunk).toString()}`),
  };
  const running = executePlan(sandbox, planOf(...Object.keys(script)), observer, signal);
  const [settled] = await Promise.allSettled([running]);
  return { sandbox, heard, settled, report: settled.status === 'fulfilled' ? settled.value : undefined };
};

describe('executePlan', () => {
  it('runs the steps in order and ends as the last one did', async () => {
    const { report, sandbox, heard } = await run({
      compile: { chunks: [['stderr', 'warning']] },
      run: {
        chunks: [
          ['stdout', 'he'],
          ['stdout', 'llo'],
        ],
        end: { kind: 'exited', exitCode: 3 },
      },
    });
    expect(report?.outcome).toEqual({ kind: 'exited', exitCode: 3 });
    expect(report?.steps.map(({ name, usage }) => [name, usage.outputBytes])).toEqual([
      ['compile', 7],
      ['run', 5],
    ]);
    expect(Buffer.from(report?.stdout.bytes ?? []).toString()).toBe('hello');
    expect(Buffer.from(report?.stderr.bytes ?? []).toString()).toBe('warning');
    expect(report?.enforcement).toEqual(enforcementOf([limits], sandbox.abilities));
    expect(heard).toEqual(['started', 'compile stderr warning', 'run stdout he', 'run stdout llo']);
  });

  it('stops at the first step that does not succeed', async () => {
    const { report, sandbox } = await run({ compile: { end: { kind: 'exited', exitCode: 1 } }, run: {} });
    expect(sandbox.ran).toEqual(['compile']);
    expect(report?.outcome).toEqual({ kind: 'exited', exitCode: 1 });
    expect(report?.steps).toHaveLength(1);
  });

  it('gives every step its own stdin', async () => {
    const { sandbox } = await run({ compile: {}, run: {} });
    expect(sandbox.stdin).toEqual({ compile: 'input of compile', run: 'input of run' });
  });

  it('says of each stream whether it was cut', async () => {
    const { report } = await run({
      run: { chunks: [['stdout', 'x']], truncated: { stdout: true, stderr: false } },
    });
    expect(report?.stdout.truncated).toBe(true);
    expect(report?.stderr.truncated).toBe(false);
    expect(report?.outcome.kind).toBe('output-exceeded');
  });

  it('passes usage on and leaves out what was not measured', async () => {
    const { report } = await run({ a: { usage: { memoryPeakBytes: 5, processesPeak: 2 } }, b: {} });
    expect(report?.steps.map(({ usage }) => usage)).toEqual([
      { wallMs: 1, cpuUserMs: 2, cpuSystemMs: 3, memoryPeakBytes: 5, processesPeak: 2, outputBytes: 0 },
      { wallMs: 1, cpuUserMs: 2, cpuSystemMs: 3, outputBytes: 0 },
    ]);
  });

  it('measures the set-up until the first start, whatever takes long afterwards', async () => {
    vi.spyOn(performance, 'now').mockReturnValueOnce(1000).mockReturnValueOnce(1007).mockReturnValue(9000);
    const { report } = await run({ a: {}, b: {} });
    expect(report?.setupMs).toBe(7);
  });

  it('measures the set-up of a program that could not be executed', async () => {
    vi.spyOn(performance, 'now').mockReturnValueOnce(1000).mockReturnValue(1005);
    const { report, heard } = await run({
      run: { end: { kind: 'exec-failed', path: '/run', errno: 'ENOENT' } },
    });
    expect(report?.setupMs).toBe(5);
    expect(report?.outcome.kind).toBe('exec-failed');
    expect(heard).toEqual([]);
  });

  it('closes the cell after a success', async () => {
    expect((await run({ run: {} })).sandbox.open).toBe(0);
  });

  it('closes the cell and passes the error on when Sandlot fails', async () => {
    const failure = new InfrastructureError('sandbox-lost', 'm');
    const { settled, sandbox } = await run({ run: { failure } });
    expect(settled).toEqual({ status: 'rejected', reason: failure });
    expect(sandbox.open).toBe(0);
  });

  it('closes the cell when the observation makes no sense', async () => {
    const { settled, sandbox } = await run({ run: { end: { kind: 'exited', exitCode: 256 } } });
    expect(settled).toMatchObject({ status: 'rejected', reason: expect.any(RangeError) });
    expect(sandbox.open).toBe(0);
  });

  it('rejects a plan without steps', async () => {
    const { settled, sandbox } = await run({});
    expect(settled).toMatchObject({ status: 'rejected', reason: expect.any(RangeError) });
    expect(sandbox.open).toBe(0);
  });

  it('opens no cell once its signal has aborted', async () => {
    const { settled, sandbox } = await run({ run: {} }, AbortSignal.abort('lease-lost'));
    expect(settled).toEqual({ status: 'rejected', reason: 'lease-lost' });
    expect(sandbox.opened).toBe(0);
  });

  it('ends with the reason of a signal that aborts while it waits for a slot', async () => {
    const controller = new AbortController();
    const sandbox = new ScriptedSandbox({ run: {} });
    vi.spyOn(sandbox, 'openCell').mockImplementation(
      (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    const observer = { onStarted: vi.fn<() => void>(), onOutput: vi.fn<() => void>() };
    const running = executePlan(sandbox, planOf('run'), observer, controller.signal);
    controller.abort('cancelled');
    await expect(running).rejects.toBe('cancelled');
    expect(observer.onStarted).not.toHaveBeenCalled();
  });

  it('hands its signal to every step, whose kill is an outcome', async () => {
    const controller = new AbortController();
    const { report } = await run(
      { run: { killed: { kind: 'cancel' }, end: { kind: 'signaled', signal: 'SIGKILL' } }, never: {} },
      controller.signal,
    );
    expect(report?.outcome).toEqual({ kind: 'cancelled' });
  });

  it('lets a slow reader hold the payload back', async () => {
    const sandbox = new ScriptedSandbox({
      run: {
        chunks: [
          ['stdout', 'a'],
          ['stdout', 'b'],
        ],
      },
    });
    const heard: string[] = [];
    const onOutput = async (_step: string, _stream: string, chunk: Uint8Array) => {
      heard.push(`take ${Buffer.from(chunk).toString()}`);
      await new Promise((resolve) => setImmediate(resolve));
      heard.push('taken');
    };
    await executePlan(
      sandbox,
      planOf('run'),
      { onStarted: () => {}, onOutput },
      new AbortController().signal,
    );
    expect(heard).toEqual(['take a', 'taken', 'take b', 'taken']);
  });

  describe('with artifacts', () => {
    const artifacts = [{ path: 'out', optional: false }];
    const runFor = async (script: Readonly<Record<string, ScriptedStep>>, collection: Collection) => {
      const sandbox = new ScriptedSandbox(script);
      sandbox.collection = collection;
      const observer = { onStarted: () => undefined, onOutput: () => undefined };
      const plan = { ...planOf(...Object.keys(script)), artifacts };
      const report = await executePlan(sandbox, plan, observer, new AbortController().signal);
      return { report, sandbox };
    };
    const missing: Collection = {
      files: [],
      leftOut: [{ path: 'out', requested: 'out', reason: 'missing' }],
    };

    it('takes them out once, after the last step, and closes the cell', async () => {
      const files = [{ path: 'out', content: Buffer.from('x') }];
      const { report, sandbox } = await runFor({ one: {}, two: {} }, { files, leftOut: [] });
      expect(report.artifacts.files).toEqual(files);
      expect(report.outcome).toEqual({ kind: 'exited', exitCode: 0 });
      expect(sandbox.collected).toEqual([['out']]);
      expect(sandbox.open).toBe(0);
    });

    it('ends with artifact-missing if all else succeeded', async () => {
      const { report } = await runFor({ one: {} }, missing);
      expect(report.outcome).toEqual({ kind: 'artifact-missing', path: 'out' });
    });

    it('takes them out of a job that failed, whose outcome stays', async () => {
      const { report, sandbox } = await runFor({ one: { end: { kind: 'exited', exitCode: 1 } } }, missing);
      expect(report.outcome).toEqual({ kind: 'exited', exitCode: 1 });
      expect(report.artifacts).toEqual(missing);
      expect(sandbox.collected).toHaveLength(1);
    });

    it('takes none out of a job that was cancelled, and says so', async () => {
      const { report, sandbox } = await runFor({ one: { killed: { kind: 'cancel' } } }, missing);
      expect(report.outcome).toEqual({ kind: 'cancelled' });
      expect(report.artifacts.leftOut).toEqual([{ path: 'out', requested: 'out', reason: 'not-collected' }]);
      expect(sandbox.collected).toEqual([]);
    });
  });
});
