import { EventStream } from '../backend/event-stream.js';
import type { JobWaiters } from '../backend/job-waiters.js';
import type { DurableState } from '../state/durable-state.js';
import type { Entry } from '../state/entry.js';
import type { QueueState } from '../state/queue-state.js';
import type { StoredJob } from '../state/stored-job.js';

/** What all backends of one embedded queue share: its state, its locks, its sleepers. */
export class EmbeddedStore {
  readonly durableState: DurableState;
  /**
   * Who holds an active job. In memory only: a lock dies with this process, and within it its owner lives, so it
   * does not lapse by time. (A lapse would declare jobs lost just because the event loop was busy.)
   */
  readonly locks = new Map<string, string>();
  readonly waiters = new Set<JobWaiters>();
  readonly stream: EventStream;

  constructor(durableState: DurableState, qualifiedName: string) {
    this.durableState = durableState;
    this.stream = new EventStream(`${qualifiedName}:events`);
  }

  get state(): QueueState {
    return this.durableState.state;
  }

  get isPaused(): boolean {
    return this.state.meta.has('paused');
  }

  /** As many jobs are active as the queue's `concurrency` allows. */
  get isMaxed(): boolean {
    const concurrency = this.state.meta.get('concurrency');
    return concurrency !== undefined && this.state.active.size >= Number(concurrency);
  }

  /** A job in memory: every unfinished one, and those that finished lately. */
  job(id: string): StoredJob | undefined {
    return this.state.jobs.get(id);
  }

  /** A job, wherever it is. Not to be changed. */
  async read(id: string): Promise<Readonly<StoredJob> | undefined> {
    return this.durableState.read(id);
  }

  /** Has a job in memory again if it is on disk, so that it can be changed. */
  async bringBack(id: string): Promise<void> {
    if (this.state.archive.has(id)) await this.durableState.bringBack(id);
  }

  commit(...entries: readonly Entry[]): void {
    this.durableState.commit(...entries);
  }

  async durable(): Promise<void> {
    return this.durableState.durable();
  }

  /** Takes a job out for good. */
  remove(id: string): void {
    this.locks.delete(id);
    this.commit({ t: 'del', id });
  }

  /** Wakes workers: there may be a job. */
  wake(): void {
    for (const waiters of this.waiters) waiters.wake();
  }

  tell(event: string, jobId: string, more: Readonly<Record<string, string | number>> = {}): void {
    this.stream.publish({ event, jobId, ...more });
  }
}
