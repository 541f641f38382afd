import { execFileSync } from 'node:child_process';

/** What a Redis holds and what it has done. */
export interface RedisInfo {
  readonly memory: number;
  readonly commands: number;
  readonly cpuSeconds: number;
}

/** INFO of redis(1). */
export function readInfo(socket: string): RedisInfo {
  const text = redisCli(socket, 'info', 'all');
  const field = (name: string) => Number(new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1]);
  const calls = [...text.matchAll(/^cmdstat_\S+:calls=(\d+)/gm)];
  return {
    memory: field('used_memory'),
    commands: calls.reduce((sum, [, count]) => sum + Number(count), 0),
    cpuSeconds: field('used_cpu_user') + field('used_cpu_sys'),
  };
}

/** Histories have a budget of their own, whatever number of jobs is kept: without them the rest can be told. */
export function forgetHistories(socket: string): void {
  redisCli(
    socket,
    'eval',
    `for _, key in ipairs(redis.call('KEYS', '*histor*')) do redis.call('DEL', key) end`,
    '0',
  );
}

function redisCli(socket: string, ...command: readonly string[]): string {
  return execFileSync('redis-cli', ['-s', socket, ...command], { encoding: 'utf8' });
}
