import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { queueUnavailable } from '../error/queue-unavailable.js';
import type { RedisAddress } from './parse-redis-url.js';

const CONNECT_MS = 1_500;
const COMMAND_MS = 1_500;
const LONGEST_RETRY_MS = 1_000;

/** How long a command waits before it is sent again, while a cluster looks for another master. */
const FAILOVER_RETRY_MS = 200;
/** So often: for 30 hours, which is as good as for ever, and for about as long as a prompt command may take. */
const REDIRECTIONS = { patient: 500_000, prompt: COMMAND_MS / FAILOVER_RETRY_MS } as const;

/** A connection to a server, or those to the nodes of a cluster. */
export type RedisClient = Redis | Cluster;

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
): Promise<RedisClient> {
  const redis = createClient(address, patience);
  redis.on('error', onError);
  try {
    await connectWithin(redis, CONNECT_MS);
    return redis;
  } catch (thrown) {
    redis.disconnect();
    throw queueUnavailable(`connect to Redis at ${address.name}`, thrown, redisRemedy(address));
  }
}

export function redisRemedy({ name }: RedisAddress): string {
  return `Check that Redis runs at ${name} and that SANDLOT_QUEUE names it`;
}

function createClient(address: RedisAddress, patience: Patience): RedisClient {
  const common: LegacyOptions = { ...address.options, ...commandOptions(patience), ...LEGACY };
  if (address.kind === 'cluster') return new Cluster([...address.nodes], clusterOptions(common, patience));
  return new Redis(serverOptions(common, patience));
}

/** Replies in the shapes that BullMQ expects. */
const LEGACY = { replyMapping: 'legacy' } as const;
type LegacyOptions = RedisOptions & typeof LEGACY;

function commandOptions(patience: Patience): RedisOptions {
  const connectTimeout = CONNECT_MS;
  if (patience === 'patient') return { connectTimeout, maxRetriesPerRequest: null };
  return { connectTimeout, maxRetriesPerRequest: 1, commandTimeout: COMMAND_MS };
}

function serverOptions(common: LegacyOptions, patience: Patience): LegacyOptions {
  return {
    ...common,
    enableOfflineQueue: patience === 'patient',
    lazyConnect: true,
    retryStrategy,
    ...sentinelOptions(common),
    ...LEGACY,
  };
}

/** A master that hangs is left as soon as sentinels have agreed on another one. */
function sentinelOptions({ sentinels }: RedisOptions): RedisOptions {
  return sentinels === undefined ? {} : { sentinelRetryStrategy: retryStrategy, failoverDetector: true };
}

function clusterOptions(redisOptions: LegacyOptions, patience: Patience) {
  return {
    ...LEGACY,
    redisOptions,
    lazyConnect: true,
    enableOfflineQueue: patience === 'patient',
    clusterRetryStrategy: retryStrategy,
    slotsRefreshTimeout: CONNECT_MS,
    // A node that was lost is connected to again when the others name it. Waiting for that one alone would keep commands from its heir.
    slotsRefreshInterval: LONGEST_RETRY_MS,
    retryDelayOnFailover: FAILOVER_RETRY_MS,
    retryDelayOnClusterDown: FAILOVER_RETRY_MS,
    maxRedirections: REDIRECTIONS[patience],
  };
}

function retryStrategy(times: number): number {
  return Math.min(50 * 2 ** Math.min(times, 10), LONGEST_RETRY_MS);
}

async function connectWithin(redis: RedisClient, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  let reason: unknown;
  redis.once('error', (error: unknown) => (reason = error));
  try {
    await Promise.race([redis.connect(), late]);
  } catch (thrown) {
    // ioredis rejects with "Connection is closed"; the cause came as an event.
    throw reason ?? thrown;
  } finally {
    clearTimeout(timer);
  }
}
