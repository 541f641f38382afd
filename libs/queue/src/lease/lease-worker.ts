import { setTimeout as delay } from 'node:timers/promises';
import type { JobResult, NewJob } from '@sandlot/engine';
import {
  Worker,
  type BackendFactory,
  type IQueueBackend,
  type JobProgress,
  type Processor,
  type WorkerOptions,
} from 'bullmq';
import { QUEUE_NAME } from '../queue/job-reader.js';

const ERROR_PAUSE_MS = 1_000;

/** What became of an attempt to renew locks. */
export interface Renewal {
  readonly renewed: readonly string[];
  readonly lost: readonly string[];
  /** When the renewal was sent: the locks hold from then. `performance.now()`, ms. */
  readonly sentAt: number;
}

/** BullMQ's worker, which also tells how lock renewals went. */
export class LeaseWorker extends Worker<
  NewJob,
  JobResult | null,
  string,
  IQueueBackend,
  JobProgress,
  object
> {
  readonly #onRenewal: (renewal: Renewal) => void;

  constructor(
    processor: Processor<NewJob, JobResult | null>,
    options: WorkerOptions<object>,
    backendFactory: BackendFactory<IQueueBackend, object>,
    onRenewal: (renewal: Renewal) => void,
  ) {
    super(QUEUE_NAME, processor, options, backendFactory);
    this.#onRenewal = onRenewal;
  }

  /** BullMQ asks again at once after most errors; that must not become a busy loop. */
  protected override async moveToActive(token: string, name?: string): ReturnType<LeaseWorker['getNextJob']> {
    try {
      return await super.moveToActive(token, name);
    } catch (thrown) {
      await delay(ERROR_PAUSE_MS);
      throw thrown;
    }
  }

  override async extendJobLocks(ids: string[], tokens: string[], durationMs: number): Promise<string[]> {
    const sentAt = performance.now();
    const lost = await super.extendJobLocks(ids, tokens, durationMs);
    this.#onRenewal({ renewed: ids.filter((id) => !lost.includes(id)), lost, sentAt });
    return lost;
  }
}
