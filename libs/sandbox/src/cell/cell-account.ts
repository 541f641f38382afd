import { InfrastructureError, type StepObservation } from '@sandlot/engine';
import type { CellCounters, CellLeaf } from '../cgroup/cell-leaf.js';
import { watchHostOom } from './host-oom-watch.js';

export type CpuTime = Pick<CellCounters, 'cpuUserMs' | 'cpuSystemMs'>;

const NO_TIME: CpuTime = { cpuUserMs: 0, cpuSystemMs: 0 };

/**
 * What the kernel counts for one cell, as far as it has a cgroup, and what that makes of a step's observation. The
 * counters run from the cell's beginning, so a step is what came since it began.
 */
export class CellAccount {
  readonly #leaf: CellLeaf | undefined;
  /** Forks refused in earlier steps. */
  #forksRefused = 0;
  #cpuBefore: CpuTime = NO_TIME;
  #final: CellCounters | undefined;

  constructor(leaf: CellLeaf | undefined) {
    this.#leaf = leaf;
  }

  /** The counters now; after `close` those of then. */
  read(): CellCounters | undefined {
    return this.#final ?? this.#leaf?.read();
  }

  /** Reads the counters for the last time, before the cgroup is removed. */
  close(): CellCounters | undefined {
    this.#final ??= this.#leaf?.read();
    return this.#final;
  }

  /**
   * Begins a step. What it returns completes the step's observation.
   *
   * @throws {InfrastructureError} `host-out-of-memory` if that is what ended it.
   */
  begin(): (observation: StepObservation) => StepObservation {
    this.#cpuBefore = this.#final ?? this.#leaf?.readCpuTime() ?? NO_TIME;
    const isCounted = this.#leaf?.controllers.has('memory') === true;
    const sawHostOom = isCounted ? undefined : watchHostOom();
    return (observation) => {
      const counters = this.read();
      const isHostOom = sawHostOom ?? (() => isKilledByHost(counters));
      if (isUnexplainedKill(observation) && isHostOom()) throw hostOomError();
      return counters === undefined ? observation : { ...observation, ...this.#factsOf(counters) };
    };
  }

  /** CPU time of the cell since the last step began, that of its init included. */
  cpuTime(): CpuTime {
    const { cpuUserMs, cpuSystemMs } = this.read() ?? NO_TIME;
    return {
      cpuUserMs: cpuUserMs - this.#cpuBefore.cpuUserMs,
      cpuSystemMs: cpuSystemMs - this.#cpuBefore.cpuSystemMs,
    };
  }

  #factsOf(counters: CellCounters): Partial<StepObservation> {
    const { oom, forksRefused, memoryPeakBytes, processesPeak } = counters;
    const forksBefore = this.#forksRefused;
    this.#forksRefused = forksRefused ?? 0;
    return {
      ...(oom === undefined ? {} : { oomKills: ownOomKills(counters) }),
      ...(forksRefused === undefined ? {} : { forksRefused: forksRefused - forksBefore }),
      ...(memoryPeakBytes === undefined ? {} : { memoryPeakBytes }),
      ...(processesPeak === undefined ? {} : { processesPeak }),
    };
  }
}

/**
 * Processes of a cell killed for its own memory limit. Such a kill alone (oom_kill) proves nothing: the limit of
 * somebody above, or a host without memory, kills in the cell too, but does not count `oom` in it (cgroup-v2,
 * memory.events).
 */
export function ownOomKills({ oom = 0, oomKills = 0 }: CellCounters): number {
  return oom > 0 ? oomKills : 0;
}

/** Whether processes of a cell were killed for memory that was not theirs to save. */
export function isKilledByHost({ oom = 0, oomKills = 0 }: CellCounters = NO_TIME): boolean {
  return oom === 0 && oomKills > 0;
}

function isUnexplainedKill({ end, killed }: StepObservation): boolean {
  return end.kind === 'signaled' && end.signal === 'SIGKILL' && killed === undefined;
}

export function hostOomError(): InfrastructureError {
  return new InfrastructureError(
    'host-out-of-memory',
    'The kernel killed processes of this job because the worker’s host or container ran out of memory, not because of the job’s own limit. Give the worker more memory, fewer slots (SANDLOT_CONCURRENCY), or a lower SANDLOT_MAX_MEMORY_BYTES.',
  );
}
