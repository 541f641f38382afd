import type { JobEvent, OutputEvent } from '@sandlot/contract';
import type { JobRecord, Lease, LeaseEnd } from '@sandlot/engine';
import { historyBudgetBytes, type EventWriter } from '../event/event-log.js';

export interface ActiveLeaseOptions {
  readonly record: JobRecord;
  readonly attempt: number;
  readonly events: EventWriter;
  /** Notes that the payload runs. */
  readonly onStarted: () => Promise<void>;
  readonly onError: (error: Error) => void;
  /** How long the lock holds without renewal, ms; undefined if it does not lapse by time. */
  readonly lockMs: number | undefined;
}

/** A job in the hands of a handler. Ends at most once early, and knows why. */
export class ActiveLease implements Lease {
  readonly record: JobRecord;
  readonly attempt: number;
  readonly #controller = new AbortController();
  readonly #options: ActiveLeaseOptions;
  #pending: JobEvent[] = [];
  /** All writes so far, one after another. */
  #written: Promise<void> = Promise.resolve();
  #lapse: NodeJS.Timeout | undefined;

  constructor(options: ActiveLeaseOptions) {
    this.#options = options;
    this.record = options.record;
    this.attempt = options.attempt;
    this.renewed(performance.now());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why the lease ended early, if it did. */
  get ended(): LeaseEnd | undefined {
    // Only `end` aborts this controller.
    return this.signal.aborted ? (this.signal.reason as LeaseEnd) : undefined;
  }

  end(reason: LeaseEnd): void {
    if (!this.signal.aborted) this.#controller.abort(reason);
  }

  /** The lock holds anew from `sentAt` (`performance.now()`); not renewed in time, the lease is lost. */
  renewed(sentAt: number): void {
    const { lockMs } = this.#options;
    if (lockMs === undefined) return;
    clearTimeout(this.#lapse);
    this.#lapse = setTimeout(() => this.end('lease-lost'), Math.max(0, sentAt + lockMs - performance.now()));
  }

  started(): void {
    const { attempt } = this;
    this.tell({ type: 'state', state: 'running', at: new Date().toISOString(), attempt });
    this.#options.onStarted().catch((thrown: unknown) => this.#options.onError(toError(thrown)));
  }

  publish(event: OutputEvent): void {
    this.tell(event);
  }

  /** Adds an event to the job's history; what is told within one turn of the loop is written together. */
  tell(event: JobEvent): void {
    if (this.#pending.length === 0) setImmediate(() => void this.flush());
    this.#pending.push(event);
  }

  /** Resolves once all that was told is written, or could not be: history is told, never waited for. */
  async flush(): Promise<void> {
    const events = this.#pending;
    this.#pending = [];
    if (events.length > 0) this.#written = this.#written.then(async () => this.#write(events));
    return this.#written;
  }

  /** The attempt is over. */
  release(): void {
    clearTimeout(this.#lapse);
  }

  async #write(events: readonly JobEvent[]): Promise<void> {
    const { record, attempt } = this;
    const budgetBytes = historyBudgetBytes(record.spec.limits.outputBytes);
    try {
      await this.#options.events.append(record.id, { attempt, events, ends: false, budgetBytes });
    } catch (thrown) {
      this.#options.onError(toError(thrown));
    }
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
