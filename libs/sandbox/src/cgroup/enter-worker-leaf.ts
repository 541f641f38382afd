import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCgroup, errnoOf, readCgroupFile, writeCgroupFile } from './cgroup-file.js';

/** The leaf that workers live in, beside the cgroups of their cells. */
export const WORKER_LEAF = 'sandlot-worker';

/** A process that forks while it is moved leaves its child behind; then once more. */
const ROUNDS = 5;

/**
 * Moves this process, and its family if it lives right in `subtree`, into the leaf for workers: a cgroup that gives
 * its controllers to children holds no processes itself (cgroups(7)).
 *
 * Family are our ancestors and descendants: npm, a shell, a service manager's helper. Anybody else was here before us
 * and stays; the caller finds `subtree` populated then.
 *
 * @throws if this process cannot be moved.
 */
export function enterWorkerLeaf(subtree: string): void {
  const leaf = join(subtree, WORKER_LEAF);
  ensureCgroup(leaf);
  if (!processesIn(leaf).includes(process.pid)) move(leaf, process.pid);
  for (let round = 0; round < ROUNDS; round += 1) {
    const family = processesIn(subtree).filter(isFamily);
    if (family.length === 0) return;
    for (const pid of family) moveOther(leaf, pid);
  }
}

/** Whether processes live right in `subtree` that are no family of ours, so that no controller can be had there. */
export function hasStrangers(subtree: string): boolean {
  return processesIn(subtree).some((pid) => !isFamily(pid));
}

/** Pids of the processes right in a cgroup; 0 stands for one of another pid namespace. */
export function processesIn(directory: string): readonly number[] {
  const text = readCgroupFile(directory, 'cgroup.procs') ?? '';
  return text === '' ? [] : text.split('\n').map(Number);
}

function move(leaf: string, pid: number): void {
  writeCgroupFile(leaf, 'cgroup.procs', String(pid));
}

/** One that has ended in the meantime, or may not be moved, does not matter here. */
function moveOther(leaf: string, pid: number): void {
  try {
    move(leaf, pid);
  } catch (error) {
    if (!['ESRCH', 'EACCES', 'EPERM'].includes(errnoOf(error))) throw error;
  }
}

function isFamily(pid: number): boolean {
  return ancestorsOf(process.pid).includes(pid) || ancestorsOf(pid).includes(process.pid);
}

/** A process, its parent and so on, as far as this pid namespace shows them. */
function ancestorsOf(pid: number): readonly number[] {
  const line: number[] = [];
  for (let next = pid; next > 0; next = parentOf(next)) line.push(next);
  return line;
}

/** 0 at the end of the line, or if the process is gone. */
function parentOf(pid: number): number {
  try {
    // After the command name, which may contain anything: state, parent (proc_pid_stat(5)).
    return Number(/\) \S (\d+)[^)]*$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 0);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errnoOf(error))) return 0;
    throw error;
  }
}
