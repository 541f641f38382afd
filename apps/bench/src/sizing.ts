/**
 * `node apps/bench/dist/sizing.js [--jobs N]`: measures what jobs cost a real redis-server, then simulates fleets of
 * workers with it. For docs/sizing.md.
 */
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { benchRecords, benchRedis } from './bench-redis.js';
import { JOB_SIZES } from './payload/job-size.js';
import { formatCost, formatFleets, formatRecords } from './report/fleet-report.js';
import { jobsPerDayFor, simulateFleet, workersFor } from './simulate/plan-fleet.js';
import { MIXES } from './simulate/tenant-mix.js';

const UTILISATION = 0.7;
const JOBS_PER_DAY = 1_000_000;
const WORKERS = 1_000;

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '2000' } } });
const jobs = Number(values.jobs);
const measured = await benchRedis(jobs);
const records = [];
for (const size of JOB_SIZES) records.push(await benchRecords(size, jobs));
const cost = { ...measured, endedBytes: records[0]?.endedBytes ?? 0 };
const rows = MIXES.flatMap((mix) => [
  simulateFleet(mix, { jobsPerDay: JOBS_PER_DAY, workers: workersFor(mix, JOBS_PER_DAY, UTILISATION) }, cost),
  simulateFleet(mix, { jobsPerDay: jobsPerDayFor(mix, WORKERS, UTILISATION), workers: WORKERS }, cost),
]);
process.stdout.write(
  `${cpus().length} cores, Linux ${release()}, Node ${process.version}\n${formatCost(measured)}\n\n${formatRecords(records)}\n\n${formatFleets(rows)}\n`,
);
