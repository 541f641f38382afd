/**
 * Runs in a pod of the API: starts it as the container would, sends jobs while a worker in another pod runs them, and has that
 * one stopped in the middle of a job. Prints what came of each as JSON. Its argument is {@link ApiTask} as JSON.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * @typedef {{ command: readonly string[], key: string, stopFile: string }} ApiTask
 * @typedef {import('@sandlot/contract').JobDocument} JobDocument
 * @typedef {object} Answered
 * @property {number} ready status of /readyz
 * @property {number} refused status of a job without a key
 * @property {JobDocument} first a short job
 * @property {JobDocument} drained one that ran when its worker was told to stop
 * @property {JobDocument} waiting one that came after that
 * @property {string} stderr of the service
 */

const task = /** @type {ApiTask} */ (JSON.parse(process.argv[1] ?? ''));
const [program = '', ...args] = task.command;
const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
let stderr = '';
child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
const ended = new Promise((resolve) => child.once('close', resolve));
const isUp = await Promise.race([
  new Promise((resolve) => child.stdout.once('data', () => resolve(true))),
  ended.then(() => false),
]);
if (isUp !== true) throw new Error(`The API ended: ${stderr}`);

const BASE = 'http://127.0.0.1:7420';
const AUTHORIZATION = { Authorization: `Bearer ${task.key}` };

/**
 * @param {object} job
 * @param {Readonly<Record<string, string>>} [headers]
 */
async function post(job, headers = AUTHORIZATION) {
  return await fetch(`${BASE}/v1/jobs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(job),
  });
}

/**
 * @param {string} id
 * @param {(job: JobDocument) => boolean} isSo
 */
async function until(id, isSo) {
  for (;;) {
    const response = await fetch(`${BASE}/v1/jobs/${id}`, { headers: AUTHORIZATION });
    const job = /** @type {JobDocument} */ (await response.json());
    if (isSo(job)) return job;
    await delay(50);
  }
}

/** @param {Response} response */
async function jobOf(response) {
  return /** @type {JobDocument} */ (await response.json());
}

const { status: ready } = await fetch(`${BASE}/readyz`);
const { status: refused } = await post({ argv: ['true'] }, {});
const first = await jobOf(
  await post({ argv: ['node', '-p', '6 * 7'] }, { ...AUTHORIZATION, Prefer: 'wait=30' }),
);
const { id } = await jobOf(
  await post({ argv: ['node', '-e', 'setTimeout(() => console.log("to the end"), 3000)'] }),
);
await until(id, ({ state }) => state === 'running');
writeFileSync(task.stopFile, '');
await delay(1_000);
const late = await jobOf(await post({ argv: ['true'] }));
const drained = await until(id, ({ finishedAt }) => finishedAt !== undefined);
const waiting = await until(late.id, () => true);
child.kill();
await ended;
process.stdout.write(JSON.stringify({ ready, refused, first, drained, waiting, stderr }));
