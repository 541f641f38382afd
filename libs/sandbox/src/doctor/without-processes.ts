import { existsSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCgroup, errnoOf, writeCgroupFile } from '../cgroup/cgroup-file.js';
import { WORKER_LEAF, processesIn } from '../cgroup/enter-worker-leaf.js';

/** A process that forks while it is moved leaves its child behind; then once more. */
const ROUNDS = 5;

/**
 * Does something while no process lives right in `directory`: those that do are moved into the leaf for workers, as a
 * worker does it for good, and back again. All of it is synchronous, so that no signal handler comes between; were
 * this process killed, the leaf would be where the next worker wants it.
 *
 * @throws what `action` throws, or if a process cannot be moved.
 */
export function withoutProcesses<T>(directory: string, action: () => T): T {
  if (processesIn(directory).length === 0) return action();
  const leaf = join(directory, WORKER_LEAF);
  const hadLeaf = existsSync(leaf);
  ensureCgroup(leaf);
  const residents = new Set(processesIn(leaf));
  try {
    moveAll(() => processesIn(directory), leaf);
    return action();
  } finally {
    moveAll(() => processesIn(leaf).filter((pid) => !residents.has(pid)), directory);
    if (!hadLeaf) removeLeaf(leaf);
  }
}

function moveAll(list: () => readonly number[], target: string): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pids = list();
    if (pids.length === 0) return;
    for (const pid of pids) move(pid, target);
  }
}

/** One that has ended in the meantime, or may not be moved, does not matter here: the kernel will say what it keeps. */
function move(pid: number, target: string): void {
  try {
    writeCgroupFile(target, 'cgroup.procs', String(pid));
  } catch (error) {
    if (!['ESRCH', 'EACCES', 'EPERM', 'EBUSY'].includes(errnoOf(error))) throw error;
  }
}

function removeLeaf(leaf: string): void {
  try {
    rmdirSync(leaf);
  } catch {
    // A worker has moved in.
  }
}
