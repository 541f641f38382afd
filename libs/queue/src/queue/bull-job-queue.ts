import type {
  CancelResult,
  ConsumeOptions,
  EnqueueResult,
  IdempotencyKey,
  JobConsumer,
  JobQueue,
  JobRecord,
  NewJob,
  ReserveResult,
  StoredEvent,
} from '@sandlot/engine';
import { isJobId } from '@sandlot/contract';
import { Queue, type KeepJobs } from 'bullmq';
import type { Backing } from '../backing/backing.js';
import { guarded } from '../error/queue-unavailable.js';
import { readEvents } from '../event/read-events.js';
import { startConsumer } from '../lease/start-consumer.js';
import type { ResolvedOptions } from '../queue-options.js';
import { newRecord } from '../record/to-record.js';
import { cancelJob } from './cancel-job.js';
import { countJobs } from './count-jobs.js';
import { enqueueOnce, enqueueReserved, type EnqueueSteps } from './enqueue.js';
import { JobReader, QUEUE_NAME, type BullQueue } from './job-reader.js';
import { reserveId } from './reserve.js';

const LONGEST_SWEEP_MS = 60_000;

/** The port `JobQueue` on BullMQ, whatever carries it. Owns the backing until `close`. */
export class BullJobQueue implements JobQueue {
  readonly #backing: Backing;
  readonly #options: ResolvedOptions;
  readonly #queue: BullQueue;
  readonly #reader: JobReader;
  readonly #consumers = new Set<JobConsumer>();
  readonly #sweeper: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  constructor(backing: Backing, options: ResolvedOptions) {
    this.#backing = backing;
    this.#options = options;
    const keep = keepJobs(options);
    this.#queue = new Queue(
      QUEUE_NAME,
      {
        // The backing's factory knows its connection; BullMQ's option has nothing to add.
        connection: {},
        defaultJobOptions: { removeOnComplete: keep, removeOnFail: keep },
        // Nobody reads BullMQ's own events, which carry whole results.
        streams: { events: { maxLen: 0 } },
      },
      backing.producer.backendFactory,
    );
    this.#queue.on('error', options.onError);
    this.#reader = new JobReader(this.#queue, backing.producer.ledgers);
    this.#sweeper = setInterval(
      () => void this.#sweep(),
      Math.min(LONGEST_SWEEP_MS, options.retention.ageMs),
    );
    this.#sweeper.unref();
  }

  async reserve(id: string, idempotency: IdempotencyKey): Promise<ReserveResult> {
    const { keys } = this.#backing;
    const find = async (wanted: string) => this.#reader.find(wanted);
    return this.#guarded('look up the idempotency key', async () =>
      reserveId(id, idempotency, { keys, find, now: Date.now() }),
    );
  }

  async enqueue(job: NewJob, idempotency?: IdempotencyKey): Promise<EnqueueResult> {
    if (!isJobId(job.id)) throw new RangeError(`Expected a job id (UUID), got ${JSON.stringify(job.id)}`);
    const steps: EnqueueSteps = {
      keys: this.#backing.keys,
      exists: async (id) => (await this.#backing.producer.ledgers.read([id]))[0] !== undefined,
      add: async (named) => this.#add(named),
      find: async (id) => this.#reader.find(id),
    };
    return this.#guarded('accept the job', async () =>
      idempotency === undefined ? enqueueOnce(job, steps) : enqueueReserved(job, idempotency, steps),
    );
  }

  async find(id: string): Promise<JobRecord | undefined> {
    if (!isJobId(id)) return undefined;
    return this.#guarded('read the job', async () => this.#reader.find(id));
  }

  async cancel(id: string): Promise<CancelResult> {
    if (!isJobId(id)) return 'not-found';
    return this.#guarded('cancel the job', async () => cancelJob(id, this.#backing));
  }

  async *events(
    id: string,
    { after, signal }: { readonly after?: string; readonly signal: AbortSignal },
  ): AsyncGenerator<StoredEvent> {
    if (!isJobId(id)) return;
    const { reader } = this.#backing;
    const guard = async <T>(step: () => Promise<T>): Promise<T> =>
      this.#guarded("read the job's events", step);
    yield* readEvents(id, {
      reader: {
        read: async (...args) => guard(async () => reader.read(...args)),
        hasEnd: async (...args) => guard(async () => reader.hasEnd(...args)),
        watch: async (...args) => guard(async () => reader.watch(...args)),
      },
      find: async (wanted) => this.find(wanted),
      after,
      signal,
    });
  }

  async counts(): ReturnType<JobQueue['counts']> {
    const { producer } = this.#backing;
    return this.#guarded('count the jobs', async () =>
      countJobs(this.#queue, { producer, tally: async () => this.#backing.tally() }),
    );
  }

  async ping(): Promise<void> {
    return this.#guarded('reach the queue', async () => this.#backing.ping());
  }

  async consume(options: ConsumeOptions): Promise<JobConsumer> {
    return this.#guarded('start to lease jobs', async () => {
      const consumer = await startConsumer(options, { backing: this.#backing, options: this.#options });
      const tracked: JobConsumer = {
        close: async (closeOptions) => {
          await consumer.close(closeOptions);
          this.#consumers.delete(tracked);
        },
      };
      this.#consumers.add(tracked);
      return tracked;
    });
  }

  /** Closes what is still open: consumers first, without grace. */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.all([...this.#consumers].map(async (consumer) => consumer.close({ graceMs: 0 })));
    await this.#queue.close();
    await this.#backing.close();
  }

  async #add(job: NewJob): Promise<JobRecord> {
    const timestamp = Date.now();
    await this.#queue.add(QUEUE_NAME, job, { jobId: job.id, timestamp });
    return newRecord(job, timestamp);
  }

  /** BullMQ forgets old jobs only when others finish; here also by time. */
  async #sweep(): Promise<void> {
    try {
      const { ageMs } = this.#options.retention;
      await this.#queue.clean(ageMs, 10_000, 'completed');
      await this.#queue.clean(ageMs, 10_000, 'failed');
      await this.#backing.sweep();
    } catch (thrown) {
      if (this.#closing === undefined) this.#options.onError(toError(thrown));
    }
  }

  async #guarded<T>(what: string, step: () => Promise<T>): Promise<T> {
    return guarded(what, this.#backing.remedy, step);
  }
}

function keepJobs({ retention: { ageMs, count } }: ResolvedOptions): KeepJobs {
  return { age: ageMs / 1000, ...(count === undefined ? {} : { count }) };
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
