/** Run as a process of its own: opens a sandbox and keeps as many cells busy as argv says, until it is killed. */
import { createSandbox } from '../../src/index.js';
import { shellInCell } from './run-in-cell.js';

const [marker = '', slots = '1'] = process.argv.slice(2);
const sandbox = await createSandbox({ slots: Number(slots) });
for (let index = 0; index < Number(slots); index += 1) {
  void shellInCell(sandbox, `setsid sleep 600 ${marker} & sleep 600 ${marker}; :`, {
    limits: { wallTimeMs: 600_000 },
    onStarted: () => process.stdout.write('started\n'),
  });
}
