import { isTerminal, type JobEvent, type JobState } from '@sandlot/contract';
import {
  InfrastructureError,
  terminalState,
  type CancelResult,
  type EnqueueResult,
  type IdempotencyKey,
  type JobConsumer,
  type JobQueue,
  type JobRecord,
  type JobResult,
  type NewJob,
  type ReserveResult,
  type StoredEvent,
} from '@sandlot/engine';

interface Entry {
  record: JobRecord;
  readonly events: StoredEvent[];
  readonly wake: Set<() => void>;
}

/** The queue port in memory, driven by hand, for tests of what HTTP makes of it. Durable nothing, consumes nothing. */
export class MemoryQueue implements JobQueue {
  readonly #jobs = new Map<string, Entry>();
  readonly #keys = new Map<string, { readonly fingerprint: string; readonly id: string }>();
  /** Set to make every call fail as an unreachable queue would. */
  isDown = false;
  /** Event streams that nobody has ended yet. */
  openStreams = 0;
  /** Events handed to readers so far. */
  delivered = 0;

  async reserve(id: string, { key, fingerprint }: IdempotencyKey): Promise<ReserveResult> {
    this.#check();
    const known = this.#keys.get(key) ?? { fingerprint, id };
    this.#keys.set(key, known);
    if (known.fingerprint !== fingerprint) return { kind: 'conflict' };
    const record = this.#jobs.get(known.id)?.record;
    return record === undefined ? { kind: 'reserved', id: known.id } : { kind: 'replayed', record };
  }

  async enqueue(job: NewJob): Promise<EnqueueResult> {
    this.#check();
    const known = this.#jobs.get(job.id);
    if (known !== undefined) return { kind: 'replayed', record: known.record };
    const record: JobRecord = {
      ...job,
      state: 'queued',
      queuedAt: job.createdAt,
      cancelRequested: false,
      attempts: [],
    };
    this.#jobs.set(job.id, { record, events: [], wake: new Set() });
    this.emit(job.id, { type: 'state', state: 'queued', at: job.createdAt });
    return { kind: 'accepted', record };
  }

  async find(id: string): Promise<JobRecord | undefined> {
    this.#check();
    return this.#jobs.get(id)?.record;
  }

  async cancel(id: string): Promise<CancelResult> {
    this.#check();
    const entry = this.#jobs.get(id);
    if (entry === undefined) return 'not-found';
    if (isTerminal(entry.record.state)) return 'already-finished';
    const wasRunning = entry.record.state === 'running';
    entry.record = { ...entry.record, cancelRequested: true };
    if (wasRunning) return 'requested';
    this.move(id, 'cancelled');
    return 'cancelled';
  }

  async *events(
    id: string,
    { after, signal }: { readonly after?: string; readonly signal: AbortSignal },
  ): AsyncIterable<StoredEvent> {
    this.#check();
    const entry = this.#jobs.get(id);
    if (entry === undefined) return;
    this.openStreams += 1;
    try {
      let position = after === undefined ? 0 : Number(after);
      while (!signal.aborted) {
        const stored = entry.events[position];
        if (stored === undefined) {
          if (isTerminal(entry.record.state)) return;
          await woken(entry, signal);
          continue;
        }
        position += 1;
        this.delivered += 1;
        yield stored;
      }
    } finally {
      this.openStreams -= 1;
    }
  }

  async counts(): Promise<Readonly<Partial<Record<JobState, number>>>> {
    this.#check();
    const counts: Partial<Record<JobState, number>> = {};
    for (const { record } of this.#jobs.values()) counts[record.state] = (counts[record.state] ?? 0) + 1;
    return counts;
  }

  async ping(): Promise<void> {
    this.#check();
  }

  async consume(): Promise<JobConsumer> {
    return { close: async () => undefined };
  }

  async close(): Promise<void> {
    this.isDown = true;
  }

  /** Adds an event to a job's history, as a worker would. */
  emit(id: string, event: JobEvent): void {
    const entry = this.#entry(id);
    entry.events.push({ id: String(entry.events.length + 1), event });
    for (const wake of entry.wake) wake();
  }

  /** Moves a job to a state and tells its readers. */
  move(id: string, state: JobState): void {
    const entry = this.#entry(id);
    entry.record = { ...entry.record, state };
    this.emit(id, { type: 'state', state, at: new Date().toISOString() });
  }

  /** Ends a job with a result, as a worker would. */
  finish(id: string, result: JobResult): void {
    const entry = this.#entry(id);
    entry.record = { ...entry.record, result, finishedAt: new Date().toISOString() };
    this.move(id, terminalState(result.outcome));
  }

  /** Id of the newest job that runs this program. */
  newest(program: string): string | undefined {
    const records = [...this.#jobs.values()].map(({ record }) => record);
    return records.findLast(({ spec }) => spec.steps[0]?.argv[0] === program)?.id;
  }

  #entry(id: string): Entry {
    const entry = this.#jobs.get(id);
    if (entry === undefined) throw new RangeError(`No job ${id} in this queue`);
    return entry;
  }

  #check(): void {
    if (!this.isDown) return;
    throw new InfrastructureError('queue-unavailable', 'Cannot reach redis://10.1.2.3:6379: ECONNREFUSED', {
      cause: new Error('connect ECONNREFUSED 10.1.2.3:6379'),
    });
  }
}

async function woken({ wake }: Entry, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      wake.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    wake.add(done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
