import type { JobState } from '@sandlot/contract';
import { ArchiveIndex, type ArchivedEnd } from '../archive/archive-index.js';
import type { ArchiveRow } from '../archive/archive-row.js';
import type { KeyRecord } from '../backing/backing.js';
import type { Entry } from './entry.js';
import { FinishedJobs } from './finished-jobs.js';
import { jobSize } from './job-size.js';
import { RankedHeap } from './ranked-heap.js';
import type { JobChange, QueueState as StateName, StoredJob } from './stored-job.js';

/**
 * Everything the embedded queue knows: unfinished jobs, those that finished lately, and where the other finished
 * ones are on disk. It changes through `apply` alone, whether an entry is new or read from the journal, so a replay
 * cannot differ from what happened.
 */
export class QueueState {
  /** Jobs in memory. */
  readonly jobs = new Map<string, StoredJob>();
  readonly archive = new ArchiveIndex();
  readonly waiting = new RankedHeap();
  readonly prioritized = new RankedHeap();
  readonly delayed = new RankedHeap();
  readonly active = new Set<string>();
  readonly completed = new FinishedJobs('completed', this.archive);
  readonly failed = new FinishedJobs('failed', this.archive);
  readonly meta = new Map<string, string>();
  /** In the order they were last written; those of archived jobs are with them. */
  readonly keys = new Map<string, { readonly record: KeyRecord; readonly at: number }>();
  /** Jobs by terminal state; those still in the queue apart. */
  readonly ended = new Map<JobState, number>();
  cancelledInQueue = 0;
  /** About what finished jobs take in memory. Unit: bytes. */
  finishedBytes = 0;
  /** Ids of jobs that changed since somebody put an empty set here. */
  changed: Set<string> | undefined;
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
        return this.#putKey(entry.key, entry);
      case 'unkey':
        this.keys.delete(entry.key);
        return;
      case 'meta':
        if (entry.value === null) this.meta.delete(entry.field);
        else this.meta.set(entry.field, entry.value);
        return;
      case 'arch':
        return this.#archiveJobs(entry);
      case 'segment':
        return this.archive.expect(entry);
      default:
        entry satisfies never;
    }
  }

  has(id: string): boolean {
    return this.jobs.has(id) || this.archive.has(id);
  }

  /** Where a job stands, wherever it is. */
  stateOf(id: string): StateName | undefined {
    return this.jobs.get(id)?.state ?? this.archive.end(id)?.state;
  }

  /** When a job finished; 0 if it has not. */
  finishedOn(id: string): number {
    return this.jobs.get(id)?.finishedOn ?? this.archive.end(id)?.finishedOn ?? 0;
  }

  /** Finished jobs in memory, about in the order they finished. */
  *finishedInMemory(): Generator<StoredJob> {
    const [completed, failed] = [this.completed.inMemory.values(), this.failed.inMemory.values()];
    let [a, b] = [completed.next(), failed.next()];
    for (;;) {
      const isFirst =
        b.done === true || (a.done !== true && this.finishedOn(a.value) <= this.finishedOn(b.value));
      const id = isFirst ? a.value : b.value;
      const job = id === undefined ? undefined : this.jobs.get(id);
      if (job === undefined) return;
      yield job;
      if (isFirst) a = completed.next();
      else b = failed.next();
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

  /** Brings finished jobs in memory into the order they finished in; a snapshot has them in the order they came. */
  sortFinished(): void {
    for (const jobs of [this.completed, this.failed])
      jobs.sort((a, b) => this.finishedOn(a) - this.finishedOn(b));
  }

  /** Takes in a segment that a snapshot spoke of. */
  restoreSegment(segment: number, rows: readonly ArchiveRow[], bytes: number): void {
    this.#archiveJobs({ segment, first: 0, bytes, rows });
  }

  #putJob(job: StoredJob): void {
    this.#removeJob(job.id);
    this.jobs.set(job.id, job);
    this.#place(job);
    this.#count(job, 1);
    if (job.key === undefined || this.keys.has(job.key.name)) return;
    const { name, fingerprint, reservedAt } = job.key;
    const record = { jobId: job.id, fingerprint, added: true, reservedAt };
    this.keys.set(name, { record, at: reservedAt });
  }

  #changeJob(id: string, change: JobChange): void {
    const job = this.jobs.get(id);
    // A snapshot can be newer than an entry: the job is gone already, and so says a later entry.
    if (job === undefined) return;
    this.changed?.add(id);
    const moves = PLACE_FIELDS.some((field) => field in change);
    if (moves) this.#unplace(job);
    this.#count(job, -1);
    assign(job, change);
    this.#count(job, 1);
    if (moves) this.#place(job);
  }

  #removeJob(id: string): void {
    this.changed?.add(id);
    const archived = this.archive.take(id);
    if (archived !== undefined) this.#countArchived(archived, -1);
    const job = this.jobs.get(id);
    if (job === undefined) return;
    this.#unplace(job);
    this.#count(job, -1);
    this.jobs.delete(id);
    if (job.key !== undefined) this.#dropKey(job.key.name, id);
  }

  #putKey(key: string, { record, at }: { readonly record: KeyRecord; readonly at: number }): void {
    const job = record.added ? this.jobs.get(record.jobId) : undefined;
    const { fingerprint, reservedAt } = record;
    if (job !== undefined) {
      this.changed?.add(job.id);
      job.key = { name: key, fingerprint, reservedAt };
    }
    this.keys.delete(key);
    this.keys.set(key, { record, at });
  }

  #dropKey(key: string, id: string): void {
    if (this.keys.get(key)?.record.jobId === id) this.keys.delete(key);
  }

  #archiveJobs({ segment, first, bytes, rows }: Omit<ArchEntry, 't'>): void {
    for (const [index, row] of rows.entries()) this.#putArchived(segment, first + index, row);
    const table = this.archive.segment(segment);
    table.bytes = Math.max(table.bytes, bytes);
  }

  #putArchived(segment: number, slot: number, row: ArchiveRow): void {
    const [id, , , , code, key] = row;
    if (code !== 0) this.#removeJob(id);
    const end = this.archive.put(segment, slot, row);
    if (end !== undefined) this.#countArchived(end, 1);
    // A key that was lately taken by another job stays with that one.
    if (key !== undefined) this.#dropKey(key, id);
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

  #count(job: StoredJob, by: number): void {
    const { state, endState } = job;
    const isFinished = state === 'completed' || state === 'failed';
    if (isFinished) this.finishedBytes += by * jobSize(job);
    if (endState === undefined) return;
    if (isFinished) this.#countEnd(endState, by);
    else this.cancelledInQueue += by;
  }

  #countArchived({ endState }: ArchivedEnd, by: number): void {
    if (endState !== undefined) this.#countEnd(endState, by);
  }

  #countEnd(endState: JobState, by: number): void {
    this.ended.set(endState, (this.ended.get(endState) ?? 0) + by);
  }

  #heapOf(state: StateName): RankedHeap | undefined {
    if (state === 'waiting') return this.waiting;
    if (state === 'prioritized') return this.prioritized;
    return state === 'delayed' ? this.delayed : undefined;
  }

  #setOf(state: StateName): Set<string> | FinishedJobs {
    if (state === 'active') return this.active;
    return state === 'completed' ? this.completed : this.failed;
  }
}

type ArchEntry = Extract<Entry, { readonly t: 'arch' }>;

/** Fields that say where a job stands. */
const PLACE_FIELDS = ['state', 'order', 'priority', 'due'] as const satisfies readonly (keyof JobChange)[];

function assign(job: StoredJob, change: JobChange): void {
  const fields = job as unknown as Record<string, unknown>;
  for (const [field, value] of Object.entries(change)) {
    fields[field] = value ?? undefined;
  }
}
