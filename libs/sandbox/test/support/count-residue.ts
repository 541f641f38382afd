import { readdirSync, readFileSync } from 'node:fs';

/** What cells may leave behind in the process that opened them. */
export interface Residue {
  readonly descriptors: number;
  readonly mounts: number;
}

/** Counts what this process holds now. */
export function countResidue(): Residue {
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length,
  };
}

/** Pids of all living processes whose command line, joined with spaces, contains `marker`. */
export function findProcesses(marker: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandLine(pid).includes(marker))
    .map(Number);
}

/** The children of a process, living or not. */
export function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => parentOf(pid) === parent)
    .map(Number);
}

function commandLine(pid: string): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ');
}

function parentOf(pid: string): number {
  // After the command name, which may contain anything: state, parent (proc_pid_stat(5)).
  return Number(/\) \S (\d+)/.exec(readProc(pid, 'stat'))?.[1]);
}

/** Empty if the process has ended in the meantime. */
function readProc(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
