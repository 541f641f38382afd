import type {
  IQueueBackend,
  JobJson,
  JobProgress,
  KeepJobs,
  MinimalJob,
  MoveToDelayedOpts,
  ParentKeyOpts,
  QueueBaseOptions,
  RetryJobOpts,
  RetryOptions,
} from 'bullmq';
import type { EmbeddedStore } from '../embedded/embedded-store.js';
import { endStateOf } from '../state/end-state.js';
import { addJob } from './add-job.js';
import { BackendGetters } from './backend-getters.js';
import { changeDelay, changePriority, requireJob, retryFinished } from './change-job.js';
import { toKeepJobs, type Finish, type FinishedState } from './finish-job.js';
import { finishDurably } from './finish-durably.js';
import { hasJob, leaseNextJob, makeWait, msToDue, type NextJob } from './lease-job.js';
import { delayJob, giveBack, recoverStalled } from './release-job.js';
import { cleanJobs, obliterate, removeJob } from './remove-jobs.js';

/** What a worker's options say about the jobs it finishes. */
interface WorkerRetention {
  readonly removeOnComplete?: KeepJobs;
  readonly removeOnFail?: KeepJobs;
}

/**
 * BullMQ's backend inside this process. Every change is made in memory at once and is durable when the call
 * resolves; only leasing and renewing locks do not wait for the disk, since a lease dies with the process.
 */
export class EmbeddedBackend extends BackendGetters implements IQueueBackend {
  readonly #workerName: string | undefined;
  readonly #retention: WorkerRetention;

  constructor(name: string, options: QueueBaseOptions<object>, store: EmbeddedStore) {
    super(name, store);
    // A worker's options come as a queue's: the factory has one type for both.
    const worker = options as WorkerRetention & { readonly name?: string };
    this.#workerName = worker.name;
    this.#retention = worker;
  }

  async addJob(job: JobJson, jobId: string, parent?: ParentKeyOpts): Promise<string> {
    const id = addJob(this.store, job, jobId, parent);
    await this.store.durable();
    return id;
  }

  async addJobs(
    entries: { job: JobJson; jobId: string; parentKeyOpts?: ParentKeyOpts }[],
  ): Promise<string[]> {
    const ids = entries.map(({ job, jobId, parentKeyOpts }) => addJob(this.store, job, jobId, parentKeyOpts));
    await this.store.durable();
    return ids;
  }

  async moveToActive(token: string, name?: string): Promise<NextJob> {
    return leaseNextJob(this.store, token, name);
  }

  async waitForJob(blockTimeout: number): Promise<{ member: string; score: number } | null> {
    const ms = Math.min(blockTimeout * 1000, msToDue(this.store));
    if (!hasJob(this.store)) await this.waiters.wait(ms);
    return hasJob(this.store) ? { member: '0', score: 0 } : null;
  }

  async moveToCompleted<T, R, N extends string>(
    job: MinimalJob<T, R, N>,
    returnValue: R,
    removeOnComplete: boolean | number | KeepJobs,
    token: string,
    fetchNext: boolean,
  ): Promise<{ result: NextJob | []; finishedOn: number }> {
    const keep = toKeepJobs(removeOnComplete, this.#retention.removeOnComplete);
    const returnvalue = returnValue === undefined ? 'null' : JSON.stringify(returnValue);
    const endState = endStateOf(returnValue);
    const to = { returnvalue, ...(endState === undefined ? {} : { endState }) };
    return this.#finish(job.id, { state: 'completed', token, keep, to }, fetchNext);
  }

  async moveToFailed(
    ...[job, failedReason, removeOnFail, token, fetchNext, fields]: Parameters<IQueueBackend['moveToFailed']>
  ): Promise<{ result: NextJob | []; finishedOn: number }> {
    const keep = toKeepJobs(removeOnFail, this.#retention.removeOnFail);
    const to = { ...knownFields(fields), failedReason };
    return this.#finish(job.id, { state: 'failed', token, keep, to }, fetchNext);
  }

  async moveToDelayed(
    jobId: string,
    timestamp: number,
    delay: number,
    token = '0',
    { skipAttempt, fieldsToUpdate, fetchNext }: MoveToDelayedOpts = {},
  ): Promise<NextJob | []> {
    const also = { ...knownFields(fieldsToUpdate), ...this.#attemptMade(jobId, skipAttempt) };
    delayJob(this.store, jobId, token, { now: timestamp, delayMs: delay, also });
    await this.store.durable();
    return fetchNext === true ? leaseNextJob(this.store, token, this.#workerName) : [];
  }

  async moveJobFromActiveToWait(jobId: string, token = '0'): Promise<number> {
    giveBack(this.store, jobId, token, 'front');
    await this.store.durable();
    return 0;
  }

  async retryJob(
    jobId: string,
    lifo: boolean,
    token = '0',
    { fieldsToUpdate }: RetryJobOpts = {},
  ): Promise<void> {
    const also = { ...knownFields(fieldsToUpdate), ...this.#attemptMade(jobId, false) };
    giveBack(this.store, jobId, token, lifo ? 'front' : 'back', also);
    return this.store.durable();
  }

  async retryFinishedJob<T, R, N extends string>(
    job: MinimalJob<T, R, N>,
    state: FinishedState,
    { resetAttemptsMade, resetAttemptsStarted }: RetryOptions = {},
  ): Promise<void> {
    await this.store.bringBack(job.id ?? '');
    retryFinished(this.store, job.id ?? '', state, {
      ...(resetAttemptsMade === true ? { attemptsMade: 0 } : {}),
      ...(resetAttemptsStarted === true ? { attemptsStarted: 0 } : {}),
    });
    return this.store.durable();
  }

  async retryFinishedJobs(
    state: FinishedState = 'failed',
    count = 1000,
    timestamp = Date.now(),
  ): Promise<number> {
    const due = [...this.idsOf(state)].filter((id) => this.store.state.finishedOn(id) <= timestamp);
    for (const id of due.slice(0, count)) {
      await this.store.bringBack(id);
      if (this.store.job(id)?.state === state) retryFinished(this.store, id, state);
    }
    await this.store.durable();
    return due.length > count ? 1 : 0;
  }

  async promote(jobId: string): Promise<void> {
    requireJob(this.store, jobId, 'promote', ['delayed']);
    makeWait(this.store, jobId, 'back');
    return this.store.durable();
  }

  async promoteJobs(count = 1000): Promise<number> {
    for (const id of [...this.idsOf('delayed')].slice(0, count)) makeWait(this.store, id, 'back');
    await this.store.durable();
    return this.store.state.delayed.size > 0 ? 1 : 0;
  }

  async moveStalledJobsToWait(): Promise<string[]> {
    const ids = recoverStalled(this.store);
    if (ids.length > 0) await this.store.durable();
    return ids;
  }

  async pause(pause: boolean): Promise<void> {
    this.store.commit({ t: 'meta', field: 'paused', value: pause ? '1' : null });
    this.store.wake();
    return this.store.durable();
  }

  async drain(delayed: boolean): Promise<void> {
    const states = delayed ? ['waiting', 'prioritized', 'delayed'] : ['waiting', 'prioritized'];
    for (const id of states.flatMap((state) => [...this.idsOf(state)])) this.store.remove(id);
    return this.store.durable();
  }

  async cleanJobsByState(state: string, timestamp: number, limit = 0): Promise<string[]> {
    const removed = cleanJobs(this.store, this.idsOf(state), { timestamp, limit });
    if (removed.length > 0) await this.store.durable();
    return removed;
  }

  async obliterate(options: { force: boolean; count: number }): Promise<number> {
    const more = obliterate(this.store, options);
    await this.store.durable();
    return more;
  }

  async remove(jobId: string): Promise<number> {
    const removed = removeJob(this.store, jobId);
    await this.store.durable();
    return removed;
  }

  async extendLock(jobId: string, token: string): Promise<number> {
    return Promise.resolve(this.store.locks.get(jobId) === token ? 1 : 0);
  }

  async extendLocks(jobIds: string[], tokens: string[]): Promise<string[]> {
    return Promise.resolve(jobIds.filter((id, index) => this.store.locks.get(id) !== tokens[index]));
  }

  async updateData<T, R, N extends string>(job: MinimalJob<T, R, N>, data: T): Promise<void> {
    await this.store.bringBack(job.id ?? '');
    const { id } = requireJob(this.store, job.id ?? '', 'update');
    this.store.commit({ t: 'set', id, to: { data: JSON.stringify(data) } });
    return this.store.durable();
  }

  async updateProgress(jobId: string, progress: JobProgress): Promise<void> {
    await this.store.bringBack(jobId);
    requireJob(this.store, jobId, 'update');
    this.store.commit({ t: 'set', id: jobId, to: { progress } });
    this.store.tell('progress', jobId, { data: JSON.stringify(progress) });
    return this.store.durable();
  }

  async changeDelay(jobId: string, delay: number): Promise<void> {
    changeDelay(this.store, jobId, delay);
    return this.store.durable();
  }

  async changePriority(jobId: string, priority = 0, lifo = false): Promise<void> {
    await this.store.bringBack(jobId);
    changePriority(this.store, jobId, priority, lifo);
    return this.store.durable();
  }

  async #finish(
    jobId: string | undefined,
    finish: Finish,
    fetchNext: boolean,
  ): Promise<{ result: NextJob | []; finishedOn: number }> {
    const finishedOn = await finishDurably(this.store, jobId ?? '', finish);
    const next = fetchNext && this.closing === undefined;
    return { result: next ? leaseNextJob(this.store, finish.token, this.#workerName) : [], finishedOn };
  }

  #attemptMade(jobId: string, skip: boolean | undefined): { readonly attemptsMade?: number } {
    const job = this.store.job(jobId);
    return skip === true || job === undefined ? {} : { attemptsMade: job.attemptsMade + 1 };
  }
}

/** The fields of a failure that BullMQ updates along with a move. */
function knownFields(fields: Record<string, unknown> = {}): { failedReason?: string; stacktrace?: string } {
  const { failedReason, stacktrace } = fields as { failedReason?: unknown; stacktrace?: unknown };
  return {
    ...(typeof failedReason === 'string' ? { failedReason } : {}),
    ...(typeof stacktrace === 'string' ? { stacktrace } : {}),
  };
}
