import { constants } from 'node:fs';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KeyEntry } from '@sandlot/api';
import { CommandError } from '../error/command-error.js';
import { readKeysFile } from './read-keys-file.js';

/**
 * Puts changed entries into a file of keys, which is made (mode 0600) if it is missing. Readers find the old file or
 * the new one, whole; it keeps its mode and owner.
 *
 * @throws {CommandError} if it cannot be read or written, or somebody else is changing it.
 */
export async function changeKeysFile(
  path: string,
  change: (entries: readonly KeyEntry[]) => readonly KeyEntry[],
): Promise<void> {
  const target = await realpath(path).catch(() => path); // one that is missing is where it is said to be
  const draft = `${target}.new`;
  const handle = await openDraft(path, draft);
  try {
    const known = await stat(target).catch(() => undefined); // missing: reading it below says anything else
    const entries = known === undefined ? [] : (await readKeysFile(target)).entries;
    await handle.writeFile(`${JSON.stringify({ keys: change(entries) }, null, 2)}\n`);
    if (known !== undefined) {
      await handle.chmod(known.mode & 0o777);
      if (process.geteuid?.() === 0) await handle.chown(known.uid, known.gid);
    }
    await handle.sync();
    await rename(draft, target);
    await syncDirectory(dirname(target));
  } catch (error) {
    await rm(draft, { force: true });
    throw error instanceof CommandError ? error : writeError(path, error);
  } finally {
    await handle.close();
  }
}

/** The new file, which also keeps a second change away until the first is done. */
async function openDraft(path: string, draft: string): Promise<FileHandle> {
  try {
    return await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw writeError(path, error);
    throw new CommandError(
      `Cannot change ${path}: ${draft} exists, so somebody else is changing it. If not, remove that file`,
    );
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function writeError(path: string, cause: unknown): CommandError {
  return new CommandError(
    `Cannot change ${path}: ${errnoOf(cause)}. Let this user write to its directory, or name another file with --keys-file`,
    { cause },
  );
}

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
