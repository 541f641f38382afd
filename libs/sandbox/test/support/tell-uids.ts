/**
 * Run as a process of its own, under conditions that a test made: opens a sandbox with the `subordinateIds` of argv and
 * prints as a line of JSON which host uids two payloads at once have, or why there is no sandbox.
 */
import { createSandbox, type SubordinateIds } from '../../src/index.js';
import { shellInCell } from './run-in-cell.js';

try {
  // Who starts this passes one of them.
  const sandbox = await createSandbox({ slots: 2, subordinateIds: process.argv[2] as SubordinateIds });
  const runs = [1, 2].map(async () => await shellInCell(sandbox, 'cat /proc/self/uid_map; sleep 0.2'));
  const uids = (await Promise.all(runs)).map(({ stdout }) => Number(stdout.trim().split(/\s+/)[1]));
  await sandbox.close();
  tell({ uids });
} catch (error) {
  tell({ error: String(error), code: (error as { code?: string }).code });
}

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
