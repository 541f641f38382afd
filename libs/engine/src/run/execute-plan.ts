import {
  isSuccess,
  type Enforcement,
  type Outcome,
  type OutputStream,
  type StepResult,
  type StepUsage,
  type Tier,
} from '@sandlot/contract';
import { enforcementOf } from '../limits/enforcement-of.js';
import { classifyStep } from '../outcome/classify-step.js';
import type { JobPlan } from '../plan/plan-job.js';
import type { Cell, Collection, Sandbox, StepObservation, StepPlan } from '../sandbox/sandbox.js';
import { roundMs } from './round-ms.js';
import { collectArtifacts } from './collect-artifacts.js';
import { OutputCollector, type CollectedOutput } from './output-collector.js';

/** What a caller hears while a plan runs. */
export interface RunObserver {
  /** The first step was executed. */
  readonly onStarted: () => void;
  /** A piece of output; a returned promise holds the payload back. */
  readonly onOutput: (step: string, stream: OutputStream, chunk: Uint8Array) => void | Promise<void>;
}

/** How a plan ended. Output is that of all steps, in order. */
export interface RunReport {
  readonly outcome: Outcome;
  readonly steps: readonly StepResult[];
  readonly stdout: CollectedOutput;
  readonly stderr: CollectedOutput;
  readonly artifacts: Collection;
  /** From the call until the first step was executed, or its execution failed. */
  readonly setupMs: number;
  readonly enforcement: Enforcement;
  readonly tier: Tier;
}

/**
 * Runs a plan in a fresh cell: its steps in order, until one does not succeed; then its artifacts are taken out,
 * however it ended. The cell is closed on every path.
 *
 * @throws {InfrastructureError} if Sandlot failed; the reason of `signal` if it aborts before a cell was free.
 */
export async function executePlan(
  sandbox: Sandbox,
  plan: JobPlan,
  observer: RunObserver,
  signal: AbortSignal,
): Promise<RunReport> {
  signal.throwIfAborted();
  const begun = performance.now();
  let setupMs: number | undefined;
  const onStarted = (): void => {
    if (setupMs !== undefined) return;
    setupMs = performance.now() - begun;
    observer.onStarted();
  };
  const cell = await sandbox.openCell(plan.cell, signal);
  try {
    const output = new OutputCollector();
    const steps = await runSteps({ cell, plan, observer, onStarted, output, signal });
    const collected = await collectArtifacts(cell, plan.artifacts, outcomeOf(steps), signal);
    return {
      ...collected,
      steps,
      stdout: output.stdout,
      stderr: output.stderr,
      setupMs: roundMs(setupMs ?? performance.now() - begun),
      enforcement: enforcementOf(
        plan.steps.map(({ limits }) => limits),
        sandbox.abilities,
        plan.cell.runner === true ? 'wasi' : 'native',
      ),
      tier: sandbox.abilities.tier,
    };
  } finally {
    await cell.close();
  }
}

interface Run {
  readonly cell: Cell;
  readonly plan: JobPlan;
  readonly observer: RunObserver;
  /** Called at the start of each step. */
  readonly onStarted: () => void;
  readonly output: OutputCollector;
  readonly signal: AbortSignal;
}

async function runSteps({
  cell,
  plan,
  observer,
  onStarted,
  output,
  signal,
}: Run): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of plan.steps) {
    const before = output.byteLength;
    const observation = await cell.runStep(step, {
      signal,
      onStarted,
      onOutput: (stream, chunk) => {
        output.add(stream, chunk);
        return observer.onOutput(step.name, stream, chunk);
      },
    });
    output.noteTruncation(observation.truncated);
    const result = toStepResult(step, observation, output.byteLength - before);
    results.push(result);
    if (!isSuccess(result.outcome)) break;
  }
  return results;
}

/** A job ends as its last step did, as far as its steps go. */
function outcomeOf(steps: readonly StepResult[]): Outcome {
  const last = steps.at(-1);
  if (last === undefined) throw new RangeError('Expected a plan of at least one step, got none');
  return last.outcome;
}

function toStepResult(step: StepPlan, observation: StepObservation, outputBytes: number): StepResult {
  return {
    name: step.name,
    outcome: classifyStep(observation, step.limits),
    usage: toStepUsage(observation, outputBytes),
    ...(observation.deniedCalls === undefined ? {} : { deniedCalls: [...observation.deniedCalls] }),
  };
}

function toStepUsage(observation: StepObservation, outputBytes: number): StepUsage {
  const { wallMs, cpuUserMs, cpuSystemMs, memoryPeakBytes, processesPeak, forksRefused, diskUsedBytes } =
    observation;
  return {
    wallMs: roundMs(wallMs),
    cpuUserMs: roundMs(cpuUserMs),
    cpuSystemMs: roundMs(cpuSystemMs),
    ...(memoryPeakBytes === undefined ? {} : { memoryPeakBytes }),
    ...(processesPeak === undefined ? {} : { processesPeak }),
    ...(forksRefused === undefined ? {} : { forksRefused }),
    ...(diskUsedBytes === undefined ? {} : { diskUsedBytes }),
    outputBytes,
  };
}
