/**
 * Runs in a pod, whose image has no shell and no curl: starts `sandlot serve` as the container would, gives it jobs, prints
 * their documents as JSON, or how the service ended without one. Its argument is {@link PodTask} as JSON.
 */
import { execFileSync, spawn } from 'node:child_process';
import { statSync } from 'node:fs';

/**
 * @typedef {{ command: readonly string[], jobs: readonly (object | 'example')[] }} PodTask `example`: what the greeting says to try
 * @typedef {{ greeting: string, documents: readonly import('@sandlot/contract').JobDocument[], code: number | null, stderr: string }} Served
 */

/**
 * As its own user: one that has given root up does not take a signal from it, who has no CAP_KILL here. A node's runtime sends
 * its signals from outside.
 *
 * @param {number} pid
 */
function end(pid) {
  const { uid, gid } = statSync(`/proc/${pid}`);
  const asUser = uid === process.geteuid?.() ? {} : { uid, gid };
  execFileSync(process.execPath, ['--eval', `process.kill(${pid}, 'SIGTERM')`], asUser);
}

const task = /** @type {PodTask} */ (JSON.parse(process.argv[1] ?? ''));
const [program = '', ...args] = task.command;
const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
let [greeting, stderr] = ['', ''];
child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));

/** @type {Promise<number | null>} */
const ended = new Promise((resolve) => child.once('close', resolve));
/** @type {Promise<{ address: string, example: string } | undefined>} */
const listening = new Promise((resolve) => {
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    greeting += text;
    const [, address, example = ''] = /listens on (\S+)\n[^]*\nTry:\n.* -d '(.*)'\n/.exec(greeting) ?? [];
    if (address !== undefined) resolve({ address, example });
  });
});
const service = await Promise.race([listening, ended.then(() => undefined)]);
const documents = [];
if (service !== undefined) {
  for (const job of task.jobs) {
    const headers = { 'Content-Type': 'application/json', Prefer: 'wait=30' };
    const response = await fetch(`${service.address}/v1/jobs`, {
      method: 'POST',
      headers,
      body: job === 'example' ? service.example : JSON.stringify(job),
    });
    documents.push(await response.json());
  }
  end(child.pid ?? 0);
}
process.stdout.write(JSON.stringify({ greeting, documents, code: await ended, stderr }));
