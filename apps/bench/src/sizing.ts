/**
 * `node apps/bench/dist/sizing.js [--jobs N]`: measures what jobs cost a real redis-server, then simulates fleets of
 * workers with it. For docs/sizing.md.
 */
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { benchRedis } from './bench-redis.js';
import { formatCost, formatFleets } from './report/fleet-report.js';
import { jobsPerDayFor, simulateFleet, workersFor } from './simulate/plan-fleet.js';
import { MIXES } from './simulate/tenant-mix.js';

const UTILISATION = 0.7;
const JOBS_PER_DAY = 1_000_000;
const WORKERS = 1_000;

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '2000' } } });
const cost = await benchRedis(Number(values.jobs));
const rows = MIXES.flatMap((mix) => [
  simulateFleet(mix, { jobsPerDay: JOBS_PER_DAY, workers: workersFor(mix, JOBS_PER_DAY, UTILISATION) }, cost),
  simulateFleet(mix, { jobsPerDay: jobsPerDayFor(mix, WORKERS, UTILISATION), workers: WORKERS }, cost),
]);
process.stdout.write(
  `${cpus().length} cores, Linux ${release()}, Node ${process.version}\n${formatCost(cost)}\n\n${formatFleets(rows)}\n`,
);
