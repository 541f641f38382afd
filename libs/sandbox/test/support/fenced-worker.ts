/** Run as a process of its own: opens a sandbox without namespaces, and keeps a runner busy until it is killed. */
import { createFencedSandbox } from '../../src/index.js';
import { evaluate } from './run-in-runner.js';
import { nodeRunner } from './node-runner.js';

const [script = ''] = process.argv.slice(2);
const runner = { program: nodeRunner(), spare: 0 };
const sandbox = await createFencedSandbox({ slots: 1, runner, reason: 'a test' });
process.stdout.write('started\n');
await evaluate(sandbox, script, { limits: { wallTimeMs: 600_000, cpuTimeMs: 600_000 } });
