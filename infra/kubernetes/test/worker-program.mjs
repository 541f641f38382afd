/**
 * Runs in a pod of the worker: starts it as the container would, and tells it to stop, as the kubelet does, when a file
 * appears. Prints how it ended as JSON. Its argument is {@link WorkerTask} as JSON.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * @typedef {{ command: readonly string[], stopFile: string }} WorkerTask
 * @typedef {{ code: number | null, stderr: string }} Stopped
 */

const task = /** @type {WorkerTask} */ (JSON.parse(process.argv[1] ?? ''));
const [program = '', ...args] = task.command;
const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
let stderr = '';
child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
const ended = new Promise((resolve) => child.once('close', resolve));
while (child.exitCode === null && !existsSync(task.stopFile)) await delay(50);
child.kill();
process.stdout.write(JSON.stringify({ code: await ended, stderr }));
