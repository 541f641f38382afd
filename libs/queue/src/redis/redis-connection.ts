import { Redis, type RedisOptions } from 'ioredis';
import { queueUnavailable } from '../error/queue-unavailable.js';
import type { RedisAddress } from './parse-redis-url.js';

const CONNECT_MS = 1_500;
const COMMAND_MS = 1_500;
const LONGEST_RETRY_MS = 1_000;

/**
 * `prompt`: a command fails soon when the server is gone (producers, readers). `patient`: it waits until the
 * server is back (workers; BullMQ demands it).
 */
export type Patience = 'prompt' | 'patient';

/**
 * Opens a connection and waits until it is usable. It reconnects by itself for as long as it lives.
 *
 * @throws {InfrastructureError} `queue-unavailable` if the server does not answer within 1.5 s.
 */
export async function openRedis(
  address: RedisAddress,
  { patience, onError }: { readonly patience: Patience; readonly onError: (error: Error) => void },
): Promise<Redis> {
  const redis = new Redis(redisOptions(address, patience));
  redis.on('error', onError);
  try {
    await connectWithin(redis, CONNECT_MS);
    return redis;
  } catch (thrown) {
    redis.disconnect();
    throw queueUnavailable(`connect to Redis at ${address.name}`, thrown, redisRemedy(address));
  }
}

/** Replies in the shapes that BullMQ expects. */
type LegacyOptions = RedisOptions & { readonly replyMapping: 'legacy' };

function redisOptions({ options }: RedisAddress, patience: Patience): LegacyOptions {
  const common: LegacyOptions = {
    ...options,
    replyMapping: 'legacy',
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_RETRY_MS),
  };
  if (patience === 'patient') return { ...common, maxRetriesPerRequest: null };
  return { ...common, maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: COMMAND_MS };
}

export function redisRemedy({ name }: RedisAddress): string {
  return `Check that Redis runs at ${name} and that SANDLOT_QUEUE names it`;
}

async function connectWithin(redis: Redis, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  let reason: unknown;
  redis.once('error', (error) => (reason = error));
  try {
    await Promise.race([redis.connect(), late]);
  } catch (thrown) {
    // ioredis rejects with "Connection is closed"; the cause came as an event.
    throw reason ?? thrown;
  } finally {
    clearTimeout(timer);
  }
}
