import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a container runs instead of the service, to start and use that from inside.
 *
 * @template {{ command: readonly string[] }} Task
 * @param {'pod-program.mjs' | 'api-program.mjs' | 'worker-program.mjs'} file beside this one
 * @param {Omit<Task, 'command'>} task
 * @returns {(command: readonly string[]) => readonly string[]} given the command that starts the service
 */
export function programInPod(file, task) {
  const program = readFileSync(join(import.meta.dirname, file), 'utf8');
  return (command) => [
    '/usr/bin/node',
    '--input-type=module',
    '--eval',
    program,
    '--',
    JSON.stringify({ command, ...task }),
  ];
}
