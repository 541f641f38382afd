/**
 * Run as a process of its own: enters the cgroup that argv names, opens a sandbox with the options that argv holds as
 * JSON, and prints as a line of JSON what came of it. Then runs what argv names, if anything, and stays until its
 * stdin ends.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createSandbox, type SandboxOptions } from '../../src/index.js';
import { runInCell, type CellRun } from './run-in-cell.js';

const [directory = '', options = '{}', run] = process.argv.slice(2);
writeFileSync(`${directory}/cgroup.procs`, String(process.pid));
try {
  const sandbox = await createSandbox({ slots: 1, ...(JSON.parse(options) as Partial<SandboxOptions>) });
  tell({
    abilities: sandbox.abilities,
    cgroup: /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1],
  });
  if (run !== undefined) {
    await runInCell(sandbox, JSON.parse(run) as CellRun).then(
      ({ outcome, stdout }) => tell({ outcome, stdout }),
      (error: unknown) => tell({ error: String(error), code: (error as { code?: string }).code }),
    );
  }
  for await (const _ of process.stdin) continue;
  await sandbox.close();
} catch (error) {
  tell({ error: String(error), code: (error as { code?: string }).code });
}

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
