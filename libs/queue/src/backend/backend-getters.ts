import type { JobJson, JobState, JobType, StreamReadRaw } from 'bullmq';
import { QUEUE_STATES, type QueueState } from '../state/stored-job.js';
import { BackendUnsupported } from './backend-unsupported.js';
import { toJobJson } from './to-job-json.js';

/** Reading jobs, counts, metadata and events. */
export class BackendGetters extends BackendUnsupported {
  async getJobData(jobId: string): Promise<JobJson | undefined> {
    this.store.durableState.checkIsTrue();
    const job = this.store.job(jobId) ?? (await this.store.read(jobId));
    // What is told of a job's end must not be untold by a crash.
    if (job?.finishedOn !== undefined && !this.store.state.archive.has(jobId)) await this.store.durable();
    return job && toJobJson(job);
  }

  async getState(jobId: string): Promise<JobState | 'unknown'> {
    return Promise.resolve(this.store.state.stateOf(jobId) ?? 'unknown');
  }

  async isJobInState(state: string, jobId: string): Promise<boolean> {
    return Promise.resolve(this.store.state.stateOf(jobId) === toQueueState(state));
  }

  async isFinished(jobId: string, returnValue?: boolean): Promise<number | [number, string]> {
    const state = this.store.state.stateOf(jobId);
    const code = state === undefined ? -1 : state === 'completed' ? 1 : state === 'failed' ? 2 : 0;
    if (returnValue !== true) return code;
    const job = await this.store.read(jobId);
    const missing = `Missing key for job ${jobId}. isFinished`;
    return [code, (code === 1 ? job?.returnvalue : code === 2 ? job?.failedReason : missing) ?? ''];
  }

  async isMaxed(): Promise<boolean> {
    return Promise.resolve(this.store.isMaxed);
  }

  async getCounts(types: JobType[], delayedTimestamp?: number): Promise<number[]> {
    return Promise.resolve(types.map((type) => this.#countOf(type, delayedTimestamp)));
  }

  async getCountsPerPriority(priorities: number[]): Promise<number[]> {
    const waiting = [...this.store.state.waiting.ids(), ...this.store.state.prioritized.ids()];
    const found = waiting.map((id) => this.store.job(id)?.priority ?? 0);
    return Promise.resolve(priorities.map((priority) => found.filter((one) => one === priority).length));
  }

  async getRanges(types: JobType[], start = 0, end = 1, asc = false): Promise<[string][]> {
    // BullMQ's type says tuples; what it reads are plain lists of ids.
    return Promise.resolve(types.map((type) => this.#rangeOf(type, { start, end, asc }) as [string]));
  }

  async getMetrics(): Promise<[string[], string[], number]> {
    return Promise.resolve([[], [], 0]);
  }

  async setQueueMeta(values: Record<string, string | number>): Promise<number> {
    const fields = Object.entries(values);
    const changed = fields.filter(([field, value]) => this.store.state.meta.get(field) !== String(value));
    this.store.commit(
      ...changed.map(([field, value]) => ({ t: 'meta', field, value: String(value) }) as const),
    );
    await this.store.durable();
    return fields.length;
  }

  async getQueueMetaField(field: string): Promise<string | null> {
    return Promise.resolve(this.store.state.meta.get(field) ?? null);
  }

  async getQueueMetaFields(fields: string[]): Promise<(string | null)[]> {
    return Promise.resolve(fields.map((field) => this.store.state.meta.get(field) ?? null));
  }

  async getQueueMeta(): Promise<Record<string, string>> {
    return Promise.resolve(Object.fromEntries(this.store.state.meta));
  }

  async removeQueueMetaFields(fields: string[]): Promise<number> {
    const present = fields.filter((field) => this.store.state.meta.has(field));
    this.store.commit(...present.map((field) => ({ t: 'meta', field, value: null }) as const));
    await this.store.durable();
    this.store.wake();
    return present.length;
  }

  async hasQueueMetaField(field: string): Promise<boolean> {
    return Promise.resolve(this.store.state.meta.has(field));
  }

  async trimEvents(maxLength: number): Promise<number> {
    return Promise.resolve(this.store.stream.trim(maxLength));
  }

  async publishEvent(fields: Record<string, string | number>): Promise<string> {
    return Promise.resolve(this.store.stream.publish(fields));
  }

  async readEvents(id: string, blockTimeout: number): Promise<StreamReadRaw> {
    return this.store.stream.read(id, blockTimeout);
  }

  /** Ids in a state, first to last. Jobs may be removed meanwhile. */
  idsOf(type: string): Iterable<string> {
    const { state } = this.store;
    const queueState = toQueueState(type);
    if (queueState === undefined) return [];
    const kept = state[queueState];
    return 'ids' in kept ? kept.ids() : kept;
  }

  #countOf(type: JobType, delayedTimestamp: number | undefined): number {
    const state = toQueueState(type);
    if (state === undefined) return 0;
    if (state !== 'delayed' || delayedTimestamp === undefined) return this.store.state[state].size;
    return [...this.idsOf(state)].filter((id) => (this.store.job(id)?.due ?? 0) < delayedTimestamp).length;
  }

  /** BullMQ reads waiting and active jobs as Redis lists, whose newest end comes first either way. */
  #rangeOf(
    type: JobType,
    { start, end, asc }: { readonly start: number; readonly end: number; readonly asc: boolean },
  ): string[] {
    const ids = asc ? [...this.idsOf(type)] : [...this.idsOf(type)].reverse();
    const range = ids.slice(start, end < 0 ? ids.length + end + 1 : end + 1);
    const isList = type === 'waiting' || type === 'wait' || type === 'active';
    return asc && isList ? range.reverse() : range;
  }
}

/** BullMQ's names for a state; there are jobs in no other. */
function toQueueState(type: string): QueueState | undefined {
  return QUEUE_STATES.find((state) => state === (type === 'wait' ? 'waiting' : type));
}
