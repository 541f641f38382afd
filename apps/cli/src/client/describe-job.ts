import type { JobDocument, JobUsage } from '@sandlot/contract';
import { formatDuration } from '../option/duration.js';
import { formatSize } from '../option/size.js';
import { describeOutcome } from '../outcome/describe-outcome.js';

/** A job in a few lines for a person. */
export function describeJob(job: JobDocument): string {
  const { id, state, reason, outcome, usage, attempts, createdAt, finishedAt } = job;
  const rows: (readonly [string, string])[] = [
    ['id', id],
    ['state', job.cancelRequested && finishedAt === undefined ? `${state}, being cancelled` : state],
  ];
  if (reason !== undefined) rows.push(['reason', reason]);
  if (outcome !== undefined) rows.push(['outcome', describeOutcome(outcome)]);
  if (usage !== undefined) rows.push(['usage', describeUsage(usage)]);
  if (job.output !== undefined) rows.push(['output', describeOutput(job.output)]);
  rows.push(['created', createdAt]);
  if (finishedAt !== undefined) rows.push(['finished', finishedAt]);
  for (const { number, worker, cause } of attempts) {
    rows.push([
      `attempt ${number}`,
      cause === undefined ? worker : `${worker}: ${cause.code}: ${cause.message}`,
    ]);
  }
  return rows.map(([name, value]) => `${name.padEnd(10)} ${value}\n`).join('');
}

function describeUsage({
  queueMs,
  setupMs,
  wallMs,
  cpuUserMs,
  cpuSystemMs,
  memoryPeakBytes,
}: JobUsage): string {
  const cpuMs = cpuUserMs + cpuSystemMs;
  const peak = memoryPeakBytes === undefined ? '' : `, memory ${formatSize(memoryPeakBytes)}`;
  const time = (ms: number) => formatDuration(Math.round(ms));
  return `wall ${time(wallMs)}, cpu ${time(cpuMs)}${peak}, queued ${time(queueMs)}, set up in ${time(setupMs)}`;
}

function describeOutput({ stdout, stderr }: NonNullable<JobDocument['output']>): string {
  const describe = (name: string, { bytes, truncated }: typeof stdout) =>
    `${name} ${formatSize(bytes)}${truncated ? ' (truncated)' : ''}`;
  return `${describe('stdout', stdout)}, ${describe('stderr', stderr)}`;
}
