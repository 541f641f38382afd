import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { CHART, helmArguments } from './renderings.mjs';

const execute = promisify(execFile);

/**
 * Renders the chart by helm, laid out like every other file here.
 *
 * @param {import('./renderings.mjs').Rendering} rendering
 * @returns {Promise<string>}
 */
export async function renderChart(rendering) {
  const { stdout } = await execute('helm', helmArguments(rendering.values), { maxBuffer: 2 ** 24 });
  const header = `# ${rendering.note} Made by npm run render:helm; change the chart instead.\n`;
  const options = await resolveConfig(CHART);
  return await format(header + stdout, { ...options, parser: 'yaml' });
}
