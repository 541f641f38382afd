import type { FleetRow } from '../simulate/plan-fleet.js';
import type { RedisCost } from '../simulate/redis-cost.js';

const HEAD = [
  'mix',
  'jobs/day',
  'workers',
  'used',
  'wait p50',
  'p95',
  'p99',
  'Redis cmd/s',
  'Redis core',
  'kept',
];

/** Fleets as a table in Markdown. */
export function formatFleets(rows: readonly FleetRow[]): string {
  const lines = [HEAD, HEAD.map(() => '---'), ...rows.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf({ mix, jobsPerDay, workers, utilisation, waitMs, redis }: FleetRow): readonly string[] {
  return [
    mix,
    `${(jobsPerDay / 1e6).toFixed(1)} M`,
    String(workers),
    percent(utilisation),
    ...[waitMs.p50, waitMs.p95, waitMs.p99].map((ms) => `${(ms / 1_000).toFixed(2)} s`),
    String(Math.round(redis.commandsPerSecond)),
    percent(redis.cpuShare),
    `${Math.round(redis.memoryBytes / 2 ** 20)} MiB`,
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** What was measured, in a line. */
export function formatCost(cost: RedisCost): string {
  const { waitingBytes, endedBytes, commandsPerJob, cpuMsPerJob, idleCommandsPerSecond } = cost;
  return `Redis: ${waitingBytes} bytes for a waiting job, ${endedBytes} for an ended one; ${commandsPerJob} commands and ${cpuMsPerJob.toFixed(2)} ms of CPU a job; ${idleCommandsPerSecond.toFixed(1)} commands/s for a worker without jobs`;
}
