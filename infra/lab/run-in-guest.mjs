import { statSync } from 'node:fs';
import { join } from 'node:path';
import { toTestResult } from '../dev/run-tests.mjs';
import { ROOT } from '../dev/setup/workspace.mjs';
import { bootGuest } from './boot-guest.mjs';
import { makeGuestDisk } from './guest-disk.mjs';
import { createReport } from './guest-report.mjs';

/** Vitest, one of its workers, a service and what that runs. */
const MEMORY_MIB = 1024;

/** The whole lab, boot included. */
const TIMEOUT_MS = 10 * 60_000;

/** Any will do: no such account need exist. */
const SOME_UID = 1000;

/**
 * Boots a guest, runs the suites in it and tells how they ended.
 *
 * @param {readonly string[]} filters
 * @param {{ scratch: string, live: boolean }} options `scratch` is a directory that is removed afterwards
 * @returns {Promise<import('../dev/stages.mjs').StageResult>}
 */
export async function runInGuest(filters, { scratch, live }) {
  const { take, report } = createReport((line) => {
    if (live) process.stdout.write(`${line}\n`);
  });
  const defect = await bootGuest({
    init: join(import.meta.dirname, 'guest.sh'),
    args: [ROOT, process.execPath, String(guestUid()), process.env['SANDLOT_MUST_RUN'] ?? '0', ...filters],
    memoryMiB: MEMORY_MIB,
    scratch,
    disk: await makeGuestDisk(scratch),
    timeoutMs: TIMEOUT_MS,
    onLine: take,
  });
  if (live) process.stdout.write(defect ?? '');
  const { output, tally, exitCode } = report;
  return toTestResult({
    isComplete: defect === undefined && exitCode === 0,
    output: `${output}${defect ?? ''}`,
    tally,
  });
}

/** Whoever may read the checkout, but never root. The guest's files are the host's, with their owners. */
function guestUid() {
  const candidates = [process.getuid?.() ?? 0, statSync(ROOT).uid];
  return candidates.find((uid) => uid !== 0) ?? SOME_UID;
}
