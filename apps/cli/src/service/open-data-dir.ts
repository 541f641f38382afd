import { mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandError } from '../error/command-error.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ENOENT: 'no directory can be made there',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'part of it is a file',
  EPERM: 'no directory can be made there',
  EROFS: 'the file system is read-only',
};

/**
 * Makes the data directory (mode 0700: it holds what users submit) and sees that directories can be made in it, by
 * making one.
 *
 * @throws {CommandError} with path, errno and remedy.
 */
export async function openDataDir(path: string): Promise<void> {
  try {
    await makeDirectories(path);
    await rmdir(await mkdtemp(join(path, '.try-')));
  } catch (error) {
    const errno = errnoOf(error) ?? String(error);
    const reason = REASONS[errno] === undefined ? '' : `, ${REASONS[errno]}`;
    throw new CommandError(
      `Cannot use the data directory ${path}: ${errno}${reason}. Make it writable for this user, or set SANDLOT_DATA_DIR to one that is`,
      { cause: error },
    );
  }
}

/** Node's own `recursive` never comes to an end where a parent exists and mkdir(2) says ENOENT, as in /proc. */
async function makeDirectories(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && !(await exists(parent))) await makeDirectories(parent);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
