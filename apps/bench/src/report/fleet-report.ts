import type { FleetRow } from '../simulate/plan-fleet.js';
import type { RecordCost, RedisCost } from '../simulate/redis-cost.js';

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
  return formatTable([HEAD, ...rows.map(cellsOf)]);
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
export function formatCost({ commandsPerJob, cpuMsPerJob, idleCommandsPerSecond }: RedisCost): string {
  return `Redis: ${commandsPerJob} commands and ${cpuMsPerJob.toFixed(2)} ms of CPU a job; ${idleCommandsPerSecond.toFixed(1)} commands/s for a worker without jobs`;
}

/** What Redis holds for jobs of each size, as a table in Markdown. */
export function formatRecords(records: readonly RecordCost[]): string {
  const rows = records.map(({ name, waitingBytes, endedBytes, deadBytes }) => [
    name,
    ...[waitingBytes, endedBytes, deadBytes].map((bytes) => `${(bytes / 1_000).toFixed(1)} kB`),
  ]);
  return formatTable([['contents', 'waiting', 'ended', 'dead'], ...rows]);
}

function formatTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
