import type { JobDocument, JobUsage, StepUsage } from '@sandlot/contract';
import { formatDuration } from '../option/duration.js';
import { formatSize } from '../option/size.js';
import { describeEnforcement } from '../outcome/describe-enforcement.js';
import { describeOutcome } from '../outcome/describe-outcome.js';

/** Of the first column, unless a step has a longer name. */
const NAME_WIDTH = 10;

/** A job in a few lines for a person. */
export function describeJob(job: JobDocument): string {
  const { id, state, reason, outcome, usage, enforcement, tier, attempts, createdAt, finishedAt } = job;
  const rows: (readonly [string, string])[] = [
    ['id', id],
    ['state', job.cancelRequested && finishedAt === undefined ? `${state}, being cancelled` : state],
  ];
  if (reason !== undefined) rows.push(['reason', reason]);
  if (outcome !== undefined) rows.push(['outcome', describeOutcome(outcome)]);
  // What is to be said of a single program, the job says.
  for (const step of job.spec.steps === undefined ? [] : job.steps) {
    rows.push([`step ${step.name}`, `${describeOutcome(step.outcome)}; ${describeStepUsage(step.usage)}`]);
  }
  if (usage !== undefined) rows.push(['usage', describeUsage(usage)]);
  if (enforcement !== undefined) rows.push(['limits', describeEnforcement(enforcement)]);
  if (tier !== undefined) rows.push(['isolation', `tier ${tier}`]);
  if (job.output !== undefined) rows.push(['output', describeOutput(job.output)]);
  if (job.artifacts !== undefined) rows.push(['artifacts', describeArtifacts(job.artifacts, job)]);
  rows.push(['created', createdAt]);
  if (finishedAt !== undefined) rows.push(['finished', finishedAt]);
  for (const { number, worker, cause } of attempts) {
    rows.push([
      `attempt ${number}`,
      cause === undefined ? worker : `${worker}: ${cause.code}: ${cause.message}`,
    ]);
  }
  const width = Math.max(NAME_WIDTH, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)} ${value}\n`).join('');
}

function describeUsage({ queueMs, setupMs, ...usage }: JobUsage): string {
  return `${describeStepUsage(usage)}, queued ${time(queueMs)}, set up in ${time(setupMs)}`;
}

/** Of what nothing could measure, nothing is said. */
function describeStepUsage(usage: StepUsage): string {
  const { wallMs, cpuUserMs, cpuSystemMs, memoryPeakBytes, processesPeak, forksRefused = 0 } = usage;
  const { diskUsedBytes } = usage;
  return [
    `wall ${time(wallMs)}`,
    `cpu ${time(cpuUserMs + cpuSystemMs)}`,
    ...(memoryPeakBytes === undefined ? [] : [`memory ${formatSize(memoryPeakBytes)}`]),
    ...(processesPeak === undefined ? [] : [`processes ${processesPeak}`]),
    ...(forksRefused === 0 ? [] : [`forks refused ${forksRefused}`]),
    ...(diskUsedBytes === undefined ? [] : [`disk ${formatSize(diskUsedBytes)}`]),
  ].join(', ');
}

function time(ms: number): string {
  return formatDuration(Math.round(ms));
}

function describeOutput({ stdout, stderr }: NonNullable<JobDocument['output']>): string {
  const describe = (name: string, { bytes, truncated }: typeof stdout) =>
    `${name} ${formatSize(bytes)}${truncated ? ' (truncated)' : ''}`;
  return `${describe('stdout', stdout)}, ${describe('stderr', stderr)}`;
}

function describeArtifacts(
  artifacts: NonNullable<JobDocument['artifacts']>,
  { id, artifactsLeftOut = [] }: JobDocument,
): string {
  const size = formatSize(artifacts.reduce((sum, { bytes }) => sum + bytes, 0));
  const leftOut = artifactsLeftOut.length === 0 ? '' : `, ${artifactsLeftOut.length} left out`;
  return `${artifacts.length}, ${size}${leftOut}: sandlot artifacts ${id}`;
}
