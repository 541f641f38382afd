import {
  isSuccess,
  type Enforcement,
  type Limits,
  type Outcome,
  type OutputStream,
  type StepResult,
  type StepUsage,
} from '@sandlot/contract';
import { classifyStep } from '../outcome/classify-step.js';
import type { JobPlan } from '../plan/plan-job.js';
import type { Cell, Sandbox, StepObservation, StepPlan } from '../sandbox/sandbox.js';
import { OutputCollector } from './output-collector.js';

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
  /** From the call until the first step was executed. */
  readonly setupMs: number;
  readonly enforcement: Enforcement;
}

export interface CollectedOutput {
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
}

/**
 * Runs a plan in a fresh cell: its steps in order, until one does not succeed.
 *
 * @throws {InfrastructureError} if Sandlot failed; the reason of `signal` if it aborts before a cell was free.
 */
export async function executePlan(
  sandbox: Sandbox,
  plan: JobPlan,
  observer: RunObserver,
  signal: AbortSignal,
): Promise<RunReport> {
  const begun = performance.now();
  let setupMs = 0;
  const onStarted = () => {
    if (setupMs > 0) return;
    setupMs = performance.now() - begun;
    observer.onStarted();
  };
  const output = new OutputCollector();
  const cell = await sandbox.openCell(plan.cell, signal);
  try {
    const steps = await runSteps(cell, plan, { ...observer, onStarted }, output, signal);
    const last = steps.at(-1);
    if (last === undefined) throw new RangeError('A plan has at least one step');
    const { stdout, stderr } = output;
    return {
      outcome: last.outcome,
      steps,
      stdout,
      stderr,
      setupMs,
      enforcement: sandbox.abilities.enforcement,
    };
  } finally {
    await cell.close();
  }
}

async function runSteps(
  cell: Cell,
  plan: JobPlan,
  observer: RunObserver,
  output: OutputCollector,
  signal: AbortSignal,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  let stdin = plan.stdin;
  for (const step of plan.steps) {
    const before = output.byteLength;
    const observation = await cell.runStep(step, {
      stdin,
      signal,
      onStarted: observer.onStarted,
      onOutput: (stream, chunk) => {
        output.add(stream, chunk);
        return observer.onOutput(step.name, stream, chunk);
      },
    });
    output.noteTruncation(observation.truncated);
    const result = toStepResult(step, observation, output.byteLength - before);
    results.push(result);
    if (!isSuccess(result.outcome)) break;
    stdin = new Uint8Array();
  }
  return results;
}

function toStepResult(step: StepPlan, observation: StepObservation, outputBytes: number): StepResult {
  return {
    name: step.name,
    outcome: classifyStep(observation, step.limits satisfies Limits),
    usage: toStepUsage(observation, outputBytes),
  };
}

function toStepUsage(observation: StepObservation, outputBytes: number): StepUsage {
  const { wallMs, cpuUserMs, cpuSystemMs, memoryPeakBytes, processesPeak } = observation;
  return {
    wallMs,
    cpuUserMs,
    cpuSystemMs,
    ...(memoryPeakBytes === undefined ? {} : { memoryPeakBytes }),
    ...(processesPeak === undefined ? {} : { processesPeak }),
    outputBytes,
  };
}
