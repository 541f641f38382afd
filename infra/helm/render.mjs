/** `npm run render:helm`: writes what is checked in of the chart (renderings.mjs). Needs helm 3 in PATH. */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../dev/setup/workspace.mjs';
import { renderChart } from './render-chart.mjs';
import { COPIES, RENDERINGS } from './renderings.mjs';

for (const [from, to] of COPIES) {
  await copyFile(join(ROOT, from), join(ROOT, to));
  process.stdout.write(`${to}\n`);
}
for (const rendering of RENDERINGS) {
  await writeFile(join(ROOT, rendering.file), await renderChart(rendering));
  process.stdout.write(`${rendering.file}\n`);
}
