/**
 * `node apps/bench/dist/main.js [--rounds N] [--json FILE]`: prints medians and ratios measured in one run. Not a
 * test: nothing is asserted about time.
 */
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { benchCells } from './bench-cells.js';
import { benchService } from './bench-service.js';
import { benchWasi } from './bench-wasi.js';
import { formatGroup, type BenchGroup } from './report/bench-report.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '300' }, json: { type: 'string' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(`--rounds takes a whole number from 1, got ${values.rounds}\n`);
  process.exit(2);
}
const machine = `${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
process.stdout.write(`${machine}\n`);
const groups: BenchGroup[] = [];
for (const bench of [benchCells, benchService, benchWasi]) {
  const group = await bench(rounds);
  groups.push(group);
  process.stdout.write(`\n${formatGroup(group)}\n`);
}
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ machine, groups }, null, 2)}\n`);
