import { closeSync, constants, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Reads an interface file (cgroups(7)). Undefined if this kernel, or this cgroup, does not have it. */
export function readCgroupFile(directory: string, name: string): string | undefined {
  try {
    return readFileSync(join(directory, name), 'utf8').trimEnd();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes an interface file with one write(2), as the kernel wants it. It must exist: cgroupfs makes none. Some, cgroup.kill, may be written only. */
export function writeCgroupFile(directory: string, name: string, value: string): void {
  const fd = openSync(join(directory, name), constants.O_WRONLY);
  try {
    writeSync(fd, value);
  } finally {
    closeSync(fd);
  }
}

/** Makes a cgroup unless it is there. (Node's recursive mkdir tells ENOENT for whatever else the kernel says.) */
export function ensureCgroup(directory: string, mode = 0o755): void {
  try {
    mkdirSync(directory, { mode });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/** The number after `key` in a flat keyed file, `key 123` a line; undefined if file or line is missing. */
export function numberOf(text: string | undefined, key: string): number | undefined {
  const digits = text === undefined ? undefined : new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Name of the errno of a failed system call; the message of anything else. */
export function errnoOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
