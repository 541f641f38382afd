import { accessSync } from 'node:fs';

/** Whether this process may do something with a file or directory, by access(2); one that is not there it may do nothing with. */
export function mayAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    // Whatever the reason, it is no.
    return false;
  }
}
