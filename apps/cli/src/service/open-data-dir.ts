import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { CommandError } from '../error/command-error.js';

/**
 * Makes the data directory (mode 0700: it holds what users submit) and sees that it can be written.
 *
 * @throws {CommandError} with path, errno and remedy.
 */
export async function openDataDir(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const errno = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CommandError(
      `Cannot use the data directory ${path}: ${errno}. Make it writable for this user, or set SANDLOT_DATA_DIR to one that is`,
      { cause: error },
    );
  }
}
