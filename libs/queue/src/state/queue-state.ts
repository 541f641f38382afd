import type { JobState } from '@sandlot/contract';
import type { KeyRecord } from '../backing/backing.js';
import type { Entry } from './entry.js';
import { RankedHeap } from './ranked-heap.js';
import type { JobChange, QueueState as StateName, StoredJob } from './stored-job.js';

/**
 * Everything the embedded queue knows, in memory. It changes through `apply` alone, whether an entry is new or
 * read from the journal, so a replay cannot differ from what happened.
 */
export class QueueState {
  readonly jobs = new Map<string, StoredJob>();
  readonly waiting = new RankedHeap();
  readonly prioritized = new RankedHeap();
  readonly delayed = new RankedHeap();
  readonly active = new Set<string>();
  /** Ids in the order they finished. */
  readonly completed = new Set<string>();
  readonly failed = new Set<string>();
  readonly meta = new Map<string, string>();
  /** In the order they were last written. */
  readonly keys = new Map<string, { readonly record: KeyRecord; readonly at: number }>();
  /** Jobs by terminal state; those still in the queue apart. */
  readonly ended = new Map<JobState, number>();
  cancelledInQueue = 0;
  #lastOrder = 0;
  #firstOrder = 0;

  apply(entry: Entry): void {
    switch (entry.t) {
      case 'job':
        return this.#putJob(entry.job);
      case 'set':
        return this.#changeJob(entry.id, entry.to);
      case 'del':
        return this.#removeJob(entry.id);
      case 'key':
        this.keys.delete(entry.key);
        this.keys.set(entry.key, { record: entry.record, at: entry.at });
        return;
      case 'unkey':
        this.keys.delete(entry.key);
        return;
      case 'meta':
        if (entry.value === null) this.meta.delete(entry.field);
        else this.meta.set(entry.field, entry.value);
        return;
      default:
        entry satisfies never;
    }
  }

  /** A place behind all others. */
  nextOrder(): number {
    return this.#lastOrder + 1;
  }

  /** A place before all others. */
  frontOrder(): number {
    return this.#firstOrder - 1;
  }

  /** Brings finished jobs into the order they finished in; a snapshot has them in the order they came. */
  sortFinished(): void {
    for (const ids of [this.completed, this.failed]) {
      const sorted = [...ids].sort((a, b) => this.#finishedOn(a) - this.#finishedOn(b));
      ids.clear();
      for (const id of sorted) ids.add(id);
    }
  }

  #putJob(job: StoredJob): void {
    this.#removeJob(job.id);
    this.jobs.set(job.id, job);
    this.#place(job);
    this.#count(job, 1);
  }

  #changeJob(id: string, change: JobChange): void {
    const job = this.jobs.get(id);
    // A snapshot can be newer than an entry: the job is gone already, and so says a later entry.
    if (job === undefined) return;
    const moves = PLACE_FIELDS.some((field) => field in change);
    if (moves) this.#unplace(job);
    this.#count(job, -1);
    assign(job, change);
    this.#count(job, 1);
    if (moves) this.#place(job);
  }

  #removeJob(id: string): void {
    const job = this.jobs.get(id);
    if (job === undefined) return;
    this.#unplace(job);
    this.#count(job, -1);
    this.jobs.delete(id);
  }

  #place(job: StoredJob): void {
    const { id, state, order } = job;
    this.#lastOrder = Math.max(this.#lastOrder, order);
    this.#firstOrder = Math.min(this.#firstOrder, order);
    const heap = this.#heapOf(state);
    if (heap === undefined) this.#setOf(state).add(id);
    else
      heap.add({
        id,
        order,
        key: state === 'delayed' ? job.due : state === 'prioritized' ? job.priority : 0,
      });
  }

  #unplace(job: StoredJob): void {
    const heap = this.#heapOf(job.state);
    if (heap === undefined) this.#setOf(job.state).delete(job.id);
    else heap.remove(job.id);
  }

  #count({ state, endState }: StoredJob, by: number): void {
    if (endState === undefined) return;
    if (state === 'completed' || state === 'failed')
      this.ended.set(endState, (this.ended.get(endState) ?? 0) + by);
    else this.cancelledInQueue += by;
  }

  #heapOf(state: StateName): RankedHeap | undefined {
    if (state === 'waiting') return this.waiting;
    if (state === 'prioritized') return this.prioritized;
    return state === 'delayed' ? this.delayed : undefined;
  }

  #setOf(state: StateName): Set<string> {
    if (state === 'active') return this.active;
    return state === 'completed' ? this.completed : this.failed;
  }

  #finishedOn(id: string): number {
    return this.jobs.get(id)?.finishedOn ?? 0;
  }
}

/** Fields that say where a job stands. */
const PLACE_FIELDS = ['state', 'order', 'priority', 'due'] as const satisfies readonly (keyof JobChange)[];

function assign(job: StoredJob, change: JobChange): void {
  const fields = job as unknown as Record<string, unknown>;
  for (const [field, value] of Object.entries(change)) {
    fields[field] = value ?? undefined;
  }
}
