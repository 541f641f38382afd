/** `npm run render:helm`: writes what is checked in of the chart (renderings.mjs). Needs helm 3 in PATH. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../dev/setup/workspace.mjs';
import { renderChart } from './render-chart.mjs';
import { RENDERINGS } from './renderings.mjs';

for (const rendering of RENDERINGS) {
  await writeFile(join(ROOT, rendering.file), await renderChart(rendering));
  process.stdout.write(`${rendering.file}\n`);
}
