/**
 * Run as a process of its own, with resource limits that a test gave it: a job does what argv says in Python and prints
 * a line once it holds all it can get, then another one says a word. Prints what came of both, a line each. Argv may
 * also have, as JSON, limits of the first job and options of the sandbox.
 */
import type { Limits } from '@sandlot/contract';
import { createSandbox, type SandboxOptions } from '../../src/index.js';
import { deferred } from '../../src/deferred.js';
import { runInCell, shellInCell } from './run-in-cell.js';

const [script = '', limits = '{}', options = '{}'] = process.argv.slice(2);
const sandbox = await createSandbox({ slots: 2, ...(JSON.parse(options) as Partial<SandboxOptions>) });
const controller = new AbortController();
const holds = deferred<void>();
const hog = runInCell(sandbox, {
  argv: ['python3', '-c', script],
  limits: { wallTimeMs: 60_000, ...(JSON.parse(limits) as Partial<Limits>) },
  signal: controller.signal,
  onOutput: () => holds.resolve(),
});
await Promise.race([holds.promise, hog]);
const beside = await shellInCell(sandbox, 'echo fine').then(({ stdout }) => stdout, String);
controller.abort();
process.stdout.write(`${(await hog).stdout}${beside}`);
await sandbox.close();
