import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the container runs instead of the service, to give it jobs from inside: pod-program.mjs.
 *
 * @param {import('./pod-program.mjs').PodTask} task with the command that starts the service
 * @returns {readonly string[]}
 */
export function serveInPod(task) {
  const program = readFileSync(join(import.meta.dirname, 'pod-program.mjs'), 'utf8');
  return ['/usr/bin/node', '--input-type=module', '--eval', program, '--', JSON.stringify(task)];
}
