import { InfrastructureError } from '@sandlot/engine';
import { Cluster } from 'ioredis';
import type { RedisClient } from './redis-connection.js';

/**
 * Looks whether Redis may throw jobs away when its memory is full.
 *
 * @throws {InfrastructureError} `queue-unavailable` if it would evict any key: accepted jobs would be lost.
 */
export async function checkEviction(redis: RedisClient, onError: (error: Error) => void): Promise<void> {
  // All keys of a queue are on one master of a cluster; which one, may change.
  const servers = redis instanceof Cluster ? redis.nodes('master') : [redis];
  for (const server of servers) judge(await server.info('memory'), onError);
}

function judge(memory: string, onError: (error: Error) => void): void {
  const policy = field(memory, 'maxmemory_policy') ?? 'noeviction';
  if (policy === 'noeviction') return;
  const message = `Redis evicts keys when its memory is full (maxmemory-policy ${policy}), and jobs or their locks with them. Set maxmemory-policy noeviction`;
  const isBounded = field(memory, 'maxmemory') !== '0';
  if (isBounded && policy.startsWith('allkeys')) throw new InfrastructureError('queue-unavailable', message);
  onError(new InfrastructureError('queue-unavailable', message));
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}
