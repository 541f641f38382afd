import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from './cgroup-file.js';

const TRIES = 40;
const PAUSE_MS = 5;

/** Removes a cgroup; the kernel lets go of one a moment after its last process was reaped. Gone already is fine. */
export async function removeDirectory(path: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return rmdirSync(path);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'ENOENT') return;
      if (errno !== 'EBUSY' || tries === TRIES) throw error;
      await delay(PAUSE_MS);
    }
  }
}

/** Removes a cgroup with all below it, the innermost first. */
export async function removeTree(path: string): Promise<void> {
  for (const child of childCgroups(path)) await removeTree(join(path, child));
  await removeDirectory(path);
}

/** Names of the cgroups right below a cgroup. */
export function childCgroups(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
}
