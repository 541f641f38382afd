import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLockFile } from '../native/library.js';
import { readCgroupFile, writeCgroupFile } from './cgroup-file.js';
import { TREE_NAME } from './cgroup-tree.js';
import { childCgroups, removeTree } from './remove-directory.js';

const EMPTY_WITHIN_MS = 2_000;
const PAUSE_MS = 5;

/**
 * Kills and removes what dead workers left below `subtree`. A worker holds a lock on its tree as long as it lives, in
 * whatever pid namespace.
 *
 * @returns paths that could not be removed: processes in uninterruptible sleep, or another uid's.
 */
export async function sweepTrees(subtree: string): Promise<readonly string[]> {
  const leftovers = childCgroups(subtree).filter((name) => TREE_NAME.test(name));
  const swept = await Promise.all(
    leftovers.map(async (name) => ({ path: join(subtree, name), gone: await sweep(join(subtree, name)) })),
  );
  return swept.filter(({ gone }) => !gone).map(({ path }) => path);
}

/** Whether nothing of a dead worker is left there. */
async function sweep(path: string): Promise<boolean> {
  let lock: number | undefined;
  try {
    lock = openSync(path, 'r');
    if (!tryLockFile(lock)) return true;
    if (isPopulated(path)) await killAll(path);
    await removeTree(path);
    return true;
  } catch {
    // Another worker may be sweeping too, or may have; what stays is reported.
    return false;
  } finally {
    if (lock !== undefined) closeSync(lock);
  }
}

async function killAll(path: string): Promise<void> {
  writeCgroupFile(path, 'cgroup.kill', '1');
  const deadline = performance.now() + EMPTY_WITHIN_MS;
  while (isPopulated(path) && performance.now() < deadline) await delay(PAUSE_MS);
}

function isPopulated(path: string): boolean {
  return /^populated 1$/m.test(readCgroupFile(path, 'cgroup.events') ?? '');
}
