import { readdirSync, readFileSync } from 'node:fs';

/** Pids of all living processes of this machine whose command line contains `marker`. */
export function findProcesses(marker: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(marker))
    .map(Number);
}

/** Empty if the process has ended in the meantime. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^(?:ENOENT|ESRCH)$/.test(String(error.code))) return '';
    throw error;
  }
}
