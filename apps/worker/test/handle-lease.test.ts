import { DEFAULT_LIMITS, type LimitName } from '@sandlot/contract';
import {
  InfrastructureError,
  enforcementOf,
  type Collection,
  type JobResult,
  type JobStore,
} from '@sandlot/engine';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { handleLease } from '../src/lease/handle-lease.js';
import { createWorkerMetrics } from '../src/metrics/worker-metrics.js';
import { makeLease, makeRecord, makeStep } from './support/fake-lease.js';
import { memoryStore } from './support/memory-store.js';
import {
  enforcement,
  exited,
  scriptedSandbox,
  untilKilled,
  type Script,
} from './support/scripted-sandbox.js';

function setUp(
  script: Script,
  options: {
    free?: boolean;
    store?: JobStore;
    unheld?: LimitName;
    allowUnenforced?: boolean;
    collect?: (paths: readonly string[]) => Collection;
  } = {},
) {
  const lines: string[] = [];
  const registry = new Registry();
  const { free = true, unheld, allowUnenforced = false } = options;
  const sandbox = scriptedSandbox(script, {
    free,
    enforcement: unheld === undefined ? {} : { [unheld]: 'none' },
    ...(options.collect === undefined ? {} : { collect: options.collect }),
  });
  const store = options.store ?? memoryStore();
  return {
    sandbox,
    store,
    registry,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    options: {
      sandbox,
      store,
      metrics: createWorkerMetrics(registry),
      allowUnenforced,
      logger: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    },
  };
}

const held = enforcementOf([DEFAULT_LIMITS], { enforcement });
const limitedStep = makeStep({ limits: { ...DEFAULT_LIMITS, cpuCores: 2 } });

const stdoutOf = (result: JobResult): string => {
  const { content } = result.output.stdout;
  return content.kind === 'inline' ? Buffer.from(content.base64, 'base64').toString() : content.name;
};

describe('handleLease', () => {
  it('runs the job, tells its output as it comes, and returns its end', async () => {
    const { lease, published, startedCount } = makeLease();
    const { options, sandbox, logged } = setUp(async (io) => {
      io.onStarted();
      await io.onOutput('stdout', Buffer.from([0x61, 0xe2, 0x82]));
      await io.onOutput('stderr', Buffer.from([0xff]));
      await io.onOutput('stdout', Buffer.from([0xac]));
      return exited(7);
    });
    const result = await handleLease(lease, options);
    expect(result).toMatchObject({
      outcome: { kind: 'exited', exitCode: 7 },
      steps: [{ name: 'run' }],
      usage: { wallMs: 12, outputBytes: 5 },
      enforcement: held,
    });
    expect(result.usage.queueMs).toBeGreaterThanOrEqual(50);
    expect(stdoutOf(result)).toBe('a€');
    expect(published).toEqual([
      { type: 'output', attempt: 1, step: 'run', stream: 'stdout', offset: 0, encoding: 'utf8', text: 'a' },
      { type: 'output', attempt: 1, step: 'run', stream: 'stdout', offset: 1, encoding: 'utf8', text: '€' },
      {
        type: 'output',
        attempt: 1,
        step: 'run',
        stream: 'stderr',
        offset: 0,
        encoding: 'base64',
        base64: '/w==',
      },
    ]);
    expect(startedCount()).toBe(1);
    expect(sandbox.closedCells()).toBe(1);
    expect(logged()).toMatchObject([
      { msg: 'job ended', jobId: lease.record.id, outcome: 'exited', exitCode: 7, wallMs: 12, cpuMs: 4 },
    ]);
  });

  it('keeps what the job wants kept, under the name of this attempt, and what it lacks', async () => {
    const { lease } = makeLease(makeRecord({ artifacts: [{ path: 'out', optional: false }] }), 2);
    const { options, store } = setUp(async () => exited(0), {
      collect: ([path = '']) => ({
        files: [
          { path: `${path}/large`, content: Buffer.alloc(20_000) },
          { path: `${path}/a`, content: Buffer.from('a') },
        ],
        leftOut: [{ path: `${path}/hole`, requested: path, reason: 'too-large', bytes: 7 }],
      }),
    });
    const { outcome, artifacts } = await handleLease(lease, options);
    expect(outcome).toEqual({ kind: 'artifact-missing', path: 'out/hole' });
    expect(artifacts?.files).toMatchObject([
      { path: 'out/a', content: { kind: 'inline' } },
      { path: 'out/large', content: { kind: 'blob', name: 'artifact-2-1', bytes: 20_000 } },
    ]);
    expect(artifacts?.leftOut).toEqual([{ path: 'out/hole', reason: 'too-large', bytes: 7 }]);
    expect(await store.get(lease.record.id, 'artifact-2-1')).toHaveLength(20_000);
  });

  it("tells the payload its job's id and attempt, over what the job says of them", async () => {
    const { lease } = makeLease(makeRecord(), 3);
    let environment: readonly string[] = [];
    const { options } = setUp(async (_io, step) => {
      environment = step.env;
      return exited(0);
    });
    await handleLease(lease, options);
    expect(environment).toEqual(
      expect.arrayContaining(['NAME=value', `SANDLOT_JOB_ID=${lease.record.id}`, 'SANDLOT_ATTEMPT=3']),
    );
    expect(environment).not.toContain('SANDLOT_ATTEMPT=forged');
  });

  it('refuses a job with a limit that nothing here holds, before it has a cell', async () => {
    const { lease } = makeLease(makeRecord({ steps: [makeStep(), limitedStep] }));
    const { options, sandbox } = setUp(async () => exited(0), { unheld: 'cpuCores' });
    await expect(handleLease(lease, options)).rejects.toMatchObject({
      code: 'limit-not-enforceable',
      message: expect.stringMatching(
        /^Nothing on this worker can hold steps\[1\]\.limits\.cpuCores \(2\).*SANDLOT_CGROUP/,
      ),
    });
    expect(sandbox.opened).toEqual([]);
  });

  it('runs such a job where that is allowed, and says that nothing held the limit', async () => {
    const { lease } = makeLease(makeRecord({ steps: [makeStep(), limitedStep] }));
    const { options } = setUp(async () => exited(0), { unheld: 'cpuCores', allowUnenforced: true });
    expect((await handleLease(lease, options)).enforcement).toEqual({ ...held, cpuCores: 'none' });
  });

  it('runs a job without the limit that nothing holds', async () => {
    const { options } = setUp(async () => exited(0), { unheld: 'cpuCores' });
    expect((await handleLease(makeLease().lease, options)).enforcement).toEqual(held);
  });

  it('runs steps with the identity over what each of them says, until one fails', async () => {
    const steps = ['build', 'test', 'never'].map((name) => {
      return makeStep({ name, env: { SANDLOT_ATTEMPT: 'forged', STEP: name } });
    });
    const { lease } = makeLease(makeRecord({ form: 'steps', steps }), 2);
    const seen: string[] = [];
    const { options } = setUp(async (_io, step) => {
      seen.push(
        step.env
          .filter((entry) => /^(STEP|SANDLOT_ATTEMPT)=/.test(entry))
          .toSorted()
          .join(' '),
      );
      return exited(step.name === 'test' ? 1 : 0);
    });
    const result = await handleLease(lease, options);
    expect(seen).toEqual(['SANDLOT_ATTEMPT=2 STEP=build', 'SANDLOT_ATTEMPT=2 STEP=test']);
    expect(result.outcome).toEqual({ kind: 'exited', exitCode: 1 });
    expect(result.steps.map(({ name }) => name)).toEqual(['build', 'test']);
  });

  it('keeps large output in the store under its stream name', async () => {
    const { lease } = makeLease();
    const large = Buffer.alloc(100_000, 'x');
    const { options, store } = setUp(async (io) => {
      await io.onOutput('stdout', large);
      return exited(0);
    });
    const result = await handleLease(lease, options);
    expect(result.output.stdout.content).toEqual({ kind: 'blob', name: 'stdout', bytes: 100_000 });
    expect(await store.get(lease.record.id, 'stdout')).toEqual(new Uint8Array(large));
  });

  it('kills the payload of a cancelled job and reports it as cancelled', async () => {
    const { lease, end } = makeLease();
    const { options, sandbox } = setUp(untilKilled);
    const running = handleLease(lease, options);
    end('cancelled');
    expect((await running).outcome).toEqual({ kind: 'cancelled' });
    expect(sandbox.closedCells()).toBe(sandbox.opened.length);
  });

  it('reports a job cancelled while it waits for a slot as cancelled, without steps', async () => {
    const { lease, end } = makeLease();
    const { options, sandbox } = setUp(untilKilled, { free: false });
    const running = handleLease(lease, options);
    end('cancelled');
    expect(await running).toMatchObject({ outcome: { kind: 'cancelled' }, steps: [], enforcement: held });
    expect(sandbox.opened).toEqual([]);
  });

  it('lets the end of a payload stand that finished before the cancellation reached it', async () => {
    const { lease, end } = makeLease();
    const { options } = setUp(async () => {
      end('cancelled');
      return exited(0);
    });
    expect((await handleLease(lease, options)).outcome).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it.each(['worker-draining', 'lease-lost'] as const)(
    'kills the cell, then fails with %s',
    async (reason) => {
      const { lease, end } = makeLease();
      const { options, sandbox } = setUp((io, step, cell) => {
        const running = untilKilled(io, step, cell);
        end(reason);
        return running;
      });
      await expect(handleLease(lease, options)).rejects.toMatchObject({ code: reason });
      expect(sandbox.closedCells()).toBe(1);
    },
  );

  it('gives a job that waits for a slot back when the worker drains', async () => {
    const { lease, end } = makeLease();
    const { options, logged } = setUp(untilKilled, { free: false });
    const running = handleLease(lease, options);
    end('worker-draining');
    await expect(running).rejects.toMatchObject({ code: 'worker-draining' });
    expect(logged()).toMatchObject([{ level: 30 }]);
  });

  it('drops the result of a payload that ended after the lease was lost', async () => {
    const { lease, end } = makeLease();
    const { options } = setUp(async () => {
      end('lease-lost');
      return exited(0);
    });
    await expect(handleLease(lease, options)).rejects.toMatchObject({ code: 'lease-lost' });
  });

  it('passes a failure of the sandbox on, with its code, and logs it once', async () => {
    const { lease } = makeLease();
    const { options, logged, registry } = setUp(async () => {
      throw new InfrastructureError('sandbox-lost', 'The slot died');
    });
    await expect(handleLease(lease, options)).rejects.toMatchObject({ code: 'sandbox-lost' });
    expect(logged()).toMatchObject([{ level: 50, code: 'sandbox-lost', msg: 'attempt failed' }]);
    expect(await registry.metrics()).toContain('sandlot_attempts_failed_total{code="sandbox-lost"} 1');
  });

  it('words any other failure as one of Sandlot, with its cause', async () => {
    const { lease } = makeLease();
    const cause = new TypeError('a mistake');
    const { options } = setUp(async () => {
      throw cause;
    });
    await expect(handleLease(lease, options)).rejects.toMatchObject({ code: 'internal-error', cause });
  });

  it('fails as an infrastructure failure when an input is not in the store', async () => {
    const stdin = { kind: 'blob', name: 'stdin-0', bytes: 20_000 } as const;
    const { lease } = makeLease(makeRecord({ steps: [makeStep({ stdin })] }));
    const { options, sandbox } = setUp(untilKilled);
    await expect(handleLease(lease, options)).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(sandbox.opened).toEqual([]);
  });

  it('counts finished jobs, running cells and set-up times', async () => {
    const { lease } = makeLease();
    const { options, registry } = setUp(async (io) => {
      io.onStarted();
      expect(await registry.metrics()).toContain('sandlot_cells_running 1');
      return exited(0);
    });
    await handleLease(lease, options);
    const metrics = await registry.metrics();
    expect(metrics).toContain('sandlot_jobs_finished_total{outcome="exited"} 1');
    expect(metrics).toContain('sandlot_cells_running 0');
    expect(metrics).toContain('sandlot_cell_setup_seconds_count 1');
  });
});
