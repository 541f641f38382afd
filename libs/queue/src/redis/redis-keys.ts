import { createHash } from 'node:crypto';
import type { JobState } from '@sandlot/contract';
import { QUEUE_NAME } from '../queue/job-reader.js';

/** Names of all keys and channels of a queue. BullMQ's own begin with `<prefix>:jobs:`. */
export interface RedisKeys {
  readonly prefix: string;
  readonly jobs: string;
  readonly job: (id: string) => string;
  readonly completed: string;
  readonly cancelledInQueue: string;
  readonly ended: (state: JobState) => string;
  readonly history: (id: string) => string;
  readonly historyBytes: (id: string) => string;
  readonly endedHistories: string;
  readonly endedHistoryBytes: string;
  readonly historyChannel: (id: string) => string;
  readonly cancelChannel: string;
  readonly idempotency: (key: string) => string;
}

export function redisKeys(prefix: string): RedisKeys {
  const jobs = `${prefix}:${QUEUE_NAME}:`;
  return {
    prefix,
    jobs,
    job: (id) => `${jobs}${id}`,
    completed: `${jobs}completed`,
    cancelledInQueue: `${prefix}:cancelled-in-queue`,
    ended: (state) => `${prefix}:ended:${state}`,
    history: (id) => `${prefix}:history:${id}`,
    historyBytes: (id) => `${prefix}:history-bytes:${id}`,
    endedHistories: `${prefix}:ended-histories`,
    endedHistoryBytes: `${prefix}:ended-history-bytes`,
    historyChannel: (id) => `${prefix}:history:${id}`,
    cancelChannel: `${prefix}:cancel`,
    // Clients choose their keys, of any length.
    idempotency: (key) => `${prefix}:key:${createHash('sha256').update(key).digest('base64url')}`,
  };
}
