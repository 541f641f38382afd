import type { JobState } from '@sandlot/contract';
import { createRedisBackend, type BackendFactory, type IQueueBackend } from 'bullmq';
import type { Link } from '../backing/backing.js';
import type { EventBatch, EventWriter } from '../event/event-log.js';
import type { LedgerStore, SwapResult } from '../ledger/update-ledger.js';
import type { RedisClient } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';
import { APPEND_EVENTS, LEDGER_FIELD, NOTE_CANCELLED, NOTE_ENDED_HISTORY, SWAP_LEDGER } from './scripts.js';

/** Histories outlive their last event by so much. */
const HISTORY_MS = 24 * 3_600_000;
/** Histories of ended jobs together. Records tell what matters of those that go. */
const ENDED_HISTORY_BYTES = 16 * 1024 * 1024;

/** A connection with the scripts of `scripts.ts` defined on it. */
interface Scripts {
  sandlotSwapLedger(
    job: string,
    expected: string,
    next: string,
  ): Promise<readonly [SwapResult['kind'], string?]>;
  sandlotAppend(
    stream: string,
    bytes: string,
    job: string,
    ...args: readonly (string | number)[]
  ): Promise<number>;
  sandlotNoteEndedHistory(...args: readonly (string | number)[]): Promise<number>;
  sandlotNoteCancelled(job: string, set: string, id: string): Promise<number>;
}

/** One connection's way to Redis. Owns the connection. */
export class RedisLink implements Link {
  readonly backendFactory: BackendFactory<IQueueBackend, object>;
  readonly ledgers: LedgerStore;
  readonly events: EventWriter;
  readonly #redis: RedisClient & Scripts;
  readonly #keys: RedisKeys;

  constructor(redis: RedisClient, keys: RedisKeys) {
    redis.defineCommand('sandlotSwapLedger', { numberOfKeys: 1, lua: SWAP_LEDGER });
    redis.defineCommand('sandlotAppend', { numberOfKeys: 3, lua: APPEND_EVENTS });
    redis.defineCommand('sandlotNoteEndedHistory', { numberOfKeys: 3, lua: NOTE_ENDED_HISTORY });
    redis.defineCommand('sandlotNoteCancelled', { numberOfKeys: 2, lua: NOTE_CANCELLED });
    // `defineCommand` has just put these methods there.
    this.#redis = redis as RedisClient & Scripts;
    this.#keys = keys;
    this.backendFactory = (name, options, extra) =>
      createRedisBackend(name, { ...options, connection: redis, ...{ prefix: keys.prefix } }, extra);
    this.ledgers = {
      read: async (ids) => this.#readLedgers(ids),
      swap: async (id, { expected, next }) => this.#swapLedger(id, expected, next),
    };
    this.events = { append: async (id, batch) => this.#append(id, batch) };
  }

  /** Not renewed any more, it lapses. */
  async abandon(): Promise<void> {
    return Promise.resolve();
  }

  async markEnded(
    id: string,
    { state, at, inQueue }: { readonly state: JobState; readonly at: number; readonly inQueue: boolean },
  ): Promise<void> {
    const { job, cancelledInQueue, ended } = this.#keys;
    if (inQueue) await this.#redis.sandlotNoteCancelled(job(id), cancelledInQueue, id);
    else await this.#redis.multi().srem(cancelledInQueue, id).zadd(ended(state), at, id).exec();
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async #readLedgers(ids: readonly string[]): Promise<readonly (string | undefined)[]> {
    // A job always has a name: that tells a job without a ledger from no job.
    const rows = await Promise.all(
      ids.map(async (id) => this.#redis.hmget(this.#keys.job(id), 'name', LEDGER_FIELD)),
    );
    return rows.map(([name, text]) => (name == null ? undefined : (text ?? '')));
  }

  async #swapLedger(id: string, expected: string, next: string): Promise<SwapResult> {
    const [kind, text = ''] = await this.#redis.sandlotSwapLedger(this.#keys.job(id), expected, next);
    return kind === 'changed' || kind === 'finished' ? { kind, text } : { kind };
  }

  async #append(id: string, { attempt, events, ends, budgetBytes }: EventBatch): Promise<void> {
    const { history, historyBytes, historyChannel, job } = this.#keys;
    const appended = await this.#redis.sandlotAppend(
      history(id),
      historyBytes(id),
      job(id),
      historyChannel(id),
      attempt,
      ends ? 1 : 0,
      budgetBytes,
      HISTORY_MS,
      ...events.map((event) => JSON.stringify(event)),
    );
    if (ends && appended === 1) await this.#noteEndedHistory(id);
  }

  async #noteEndedHistory(id: string): Promise<void> {
    const { history, historyBytes, endedHistories, endedHistoryBytes } = this.#keys;
    await this.#redis.sandlotNoteEndedHistory(
      endedHistories,
      endedHistoryBytes,
      history(id),
      id,
      Date.now(),
      ENDED_HISTORY_BYTES,
      history(''),
      historyBytes(''),
    );
  }
}
