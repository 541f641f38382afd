import type { JobEvent, JobState } from '@sandlot/contract';
import type { StoredEvent } from '@sandlot/engine';
import {
  KEY_AGE_MS,
  type Backing,
  type KeyRecord,
  type KeyStore,
  type Link,
  type Tally,
} from '../backing/backing.js';
import { formatEventId, type EventId } from '../event/event-id.js';
import type { EventReader } from '../event/event-log.js';
import { openRedis, redisRemedy, type RedisClient } from './redis-connection.js';
import type { RedisAddress } from './parse-redis-url.js';
import { redisKeys, type RedisKeys } from './redis-keys.js';
import { RedisLink } from './redis-link.js';
import { END_FIELD, SWAP_KEY, TALLY } from './scripts.js';
import { Subscriber } from './subscriber.js';

const ENDED_STATES = ['succeeded', 'failed', 'cancelled', 'expired'] as const satisfies readonly JobState[];

interface Scripts {
  sandlotSwapKey(key: string, expected: string, next: string, ttlMs: number): Promise<string>;
  sandlotTally(count: number, ...args: readonly string[]): Promise<readonly number[]>;
}

export interface RedisBackingOptions {
  readonly address: RedisAddress;
  readonly prefix: string;
  readonly retentionMs: number;
  readonly onError: (error: Error) => void;
}

/** A queue in Redis. Three connections: commands, subscriptions, and one per consumer (BullMQ opens its blocking one). */
export class RedisBacking implements Backing {
  readonly locksLapse = true;
  readonly producer: Link;
  readonly reader: EventReader;
  readonly keys: KeyStore;
  readonly remedy: string;
  readonly #options: RedisBackingOptions;
  readonly #redis: RedisClient & Scripts;
  readonly #subscriber: Subscriber;
  readonly #names: RedisKeys;

  /** Takes over both connections. */
  constructor(redis: RedisClient, subscriber: RedisClient, options: RedisBackingOptions) {
    redis.defineCommand('sandlotSwapKey', { numberOfKeys: 1, lua: SWAP_KEY });
    redis.defineCommand('sandlotTally', { lua: TALLY });
    // `defineCommand` has just put these methods there.
    this.#redis = redis as RedisClient & Scripts;
    this.#subscriber = new Subscriber(subscriber);
    this.#options = options;
    this.#names = redisKeys(options.prefix);
    this.remedy = redisRemedy(options.address);
    this.producer = new RedisLink(redis, this.#names);
    this.reader = {
      read: async (id, after, limit) => this.#read(id, after, limit),
      hasEnd: async (id) => this.#hasEnd(id),
      watch: async (id, wake) => this.#subscriber.subscribe(this.#names.historyChannel(id), wake),
    };
    this.keys = {
      read: async (key) => parseKey((await redis.get(this.#names.idempotency(key))) ?? ''),
      swap: async (key, expected, record) => this.#swapKey(key, expected, record),
    };
  }

  async openConsumerLink(): Promise<Link> {
    const { address, onError } = this.#options;
    return new RedisLink(await openRedis(address, { patience: 'patient', onError }), this.#names);
  }

  async announceCancel(id: string): Promise<void> {
    await this.#redis.publish(this.#names.cancelChannel, id);
  }

  async onCancel(listener: (id: string | undefined) => void): Promise<() => void> {
    return this.#subscriber.subscribe(this.#names.cancelChannel, listener);
  }

  async tally(): Promise<Tally> {
    const { cancelledInQueue, completed, ended, jobs } = this.#names;
    const keys = [cancelledInQueue, completed, ...ENDED_STATES.map(ended)];
    const [inQueue = 0, ...counts] = await this.#redis.sandlotTally(keys.length, ...keys, jobs);
    return {
      cancelledInQueue: inQueue,
      ended: Object.fromEntries(ENDED_STATES.map((state, index) => [state, counts[index] ?? 0])),
    };
  }

  async ping(): Promise<void> {
    await this.#redis.ping();
  }

  /** Redis forgets keys and histories by their time to live. */
  async sweep(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#subscriber.close();
    await this.producer.close();
  }

  async #read(id: string, after: EventId, limit: number): Promise<readonly StoredEvent[]> {
    const entries = await this.#redis.xrange(
      this.#names.history(id),
      `(${formatEventId(after)}`,
      '+',
      'COUNT',
      limit,
    );
    if (entries.length > 0) this.#wanted(id);
    // Only `RedisLink` writes these streams: one field, its value the event.
    return entries.map(([entryId, [, json = '']]) => ({ id: entryId, event: JSON.parse(json) as JobEvent }));
  }

  /** Whoever reads on soon should find the rest. A hint: a full Redis refuses it, and the reader goes on. */
  #wanted(id: string): void {
    this.#redis.zadd(this.#names.endedHistories, 'XX', Date.now(), id).catch(() => undefined);
  }

  async #hasEnd(id: string): Promise<boolean> {
    const [newest] = await this.#redis.xrevrange(this.#names.history(id), '+', '-', 'COUNT', 1);
    return newest?.[1][0] === END_FIELD;
  }

  async #swapKey(
    key: string,
    expected: KeyRecord | undefined,
    record: KeyRecord,
  ): Promise<KeyRecord | undefined> {
    const ttlMs = Math.max(KEY_AGE_MS, this.#options.retentionMs);
    const text = await this.#redis.sandlotSwapKey(
      this.#names.idempotency(key),
      formatKey(expected),
      formatKey(record),
      ttlMs,
    );
    return parseKey(text);
  }
}

/** One order of fields, since texts are compared. */
function formatKey(record: KeyRecord | undefined): string {
  if (record === undefined) return '';
  const { jobId, fingerprint, added, reservedAt } = record;
  return JSON.stringify({ jobId, fingerprint, added, reservedAt });
}

function parseKey(text: string): KeyRecord | undefined {
  // Only `RedisBacking` writes these keys.
  return text === '' ? undefined : (JSON.parse(text) as KeyRecord);
}
