import {
  notCollected,
  type Cell,
  type CellPlan,
  type Collection,
  type RunnerCounts,
  type Sandbox,
  type SandboxAbilities,
  type StepEnd,
  type StepIo,
  type StepObservation,
  type StepPlan,
} from '@sandlot/engine';
import { admitModule } from '../module/admit-module.js';
import { decodeRunRecord } from '../decode-run-record.js';
import { encodeRunRequest } from '../runner-protocol.js';
import { endOf } from './end-of-run.js';
import { runRequestOf } from './run-request-of.js';

/**
 * A sandbox that runs WebAssembly modules too: in cells of `inner` with a runner, which has to be the one of
 * `runnerProgram`. Whatever else is asked of it `inner` does.
 */
export function createWasiSandbox(inner: Sandbox): Sandbox {
  return new WasiSandbox(inner);
}

class WasiSandbox implements Sandbox {
  readonly #inner: Sandbox;

  constructor(inner: Sandbox) {
    this.#inner = inner;
  }

  get abilities(): SandboxAbilities {
    return this.#inner.abilities;
  }

  get slots(): number {
    return this.#inner.slots;
  }

  get runners(): RunnerCounts | undefined {
    return this.#inner.runners;
  }

  async openCell(plan: CellPlan, signal: AbortSignal): Promise<Cell> {
    if (plan.runner !== true) return await this.#inner.openCell(plan, signal);
    signal.throwIfAborted();
    return new WasiCell(this.#inner, plan, signal);
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }
}

/** A cell for one module. It is opened when the module has been admitted: what is refused costs no runner. */
class WasiCell implements Cell {
  readonly #sandbox: Sandbox;
  readonly #plan: CellPlan;
  readonly #signal: AbortSignal;
  #cell: Cell | undefined;

  constructor(sandbox: Sandbox, plan: CellPlan, signal: AbortSignal) {
    this.#sandbox = sandbox;
    this.#plan = plan;
    this.#signal = signal;
  }

  async runStep(step: StepPlan, io: StepIo): Promise<StepObservation> {
    const [path = ''] = step.argv;
    const admission = admitModule(this.#moduleAt(path), { memoryBytes: step.limits.memoryBytes });
    if (admission.kind === 'refused') return notRun(refusedEnd(path, admission.message));
    this.#cell = await this.#sandbox.openCell(this.#plan, this.#signal);
    const message = encodeRunRequest(runRequestOf(step), admission.module);
    const { record, ...observation } = await this.#cell.runStep({ ...step, message }, io);
    return { ...observation, end: endOf(observation, decodeRunRecord(record ?? new Uint8Array()), path) };
  }

  async collect(paths: readonly string[], signal: AbortSignal): Promise<Collection> {
    return this.#cell === undefined ? notCollected(paths) : await this.#cell.collect(paths, signal);
  }

  async close(): Promise<void> {
    await this.#cell?.close();
  }

  #moduleAt(path: string): Uint8Array {
    const file = this.#plan.files.find((candidate) => candidate.path === path);
    if (file === undefined) throw new RangeError(`Expected the module ${path} among the files of the cell`);
    return file.content;
  }
}

/** A module that is none, or none that can be run here: as execve(2) refuses a program. */
function refusedEnd(path: string, message: string): StepEnd {
  return { kind: 'exec-failed', path, errno: 'ENOEXEC', message };
}

/** Nothing was started. */
function notRun(end: StepEnd): StepObservation {
  return {
    end,
    truncated: { stdout: false, stderr: false },
    wallMs: 0,
    cpuUserMs: 0,
    cpuSystemMs: 0,
  };
}
