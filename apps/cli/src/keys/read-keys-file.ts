import { constants } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { parseKeys, type KeyEntry } from '@sandlot/api';
import { CommandError } from '../error/command-error.js';

/** Far more than the 4,096 keys that a file may have. */
const MAX_BYTES = 4 * 1024 * 1024;

const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: 'Make it with "sandlot keys create --keys-file", or mend SANDLOT_API_KEYS_FILE',
  EACCES: 'Let the user of the service read it (owner or group of the file, mode 0600 or 0640)',
  ENOTDIR: 'Part of the path is a file: mend SANDLOT_API_KEYS_FILE',
};

export interface KeysFile {
  readonly entries: readonly KeyEntry[];
  /** Changes whenever the file does. */
  readonly version: string;
  /** What an operator should mend though the keys can be used. */
  readonly warnings: readonly string[];
}

/**
 * Reads a file of API keys.
 *
 * @throws {CommandError} with path, what is wrong and where, and what to do. One that everybody may write to is refused:
 * whoever adds a key to it may do everything.
 */
export async function readKeysFile(path: string): Promise<KeysFile> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a FIFO would wait for its writer.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { mode, size } = await handle.stat();
    refuseUnfit(path, mode, size);
    const version = versionOf(await handle.stat({ bigint: true }));
    const entries = parseKeys(await handle.readFile('utf8'));
    return { entries, version, warnings: warningsOf(path, mode, entries) };
  } catch (error) {
    throw error instanceof CommandError ? error : readError(path, error);
  } finally {
    await handle?.close();
  }
}

/** The version of the file as it is now; undefined if it cannot be seen. */
export async function keysFileVersion(path: string): Promise<string | undefined> {
  try {
    return versionOf(await stat(path, { bigint: true }));
  } catch {
    return undefined; // reading it will say why
  }
}

function versionOf(file: Readonly<Record<'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs', bigint>>): string {
  return [file.dev, file.ino, file.size, file.mtimeNs, file.ctimeNs].join(':');
}

function refuseUnfit(path: string, mode: number, size: number): void {
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) {
    throw new CommandError(`Cannot use the API keys in ${path}: it is no regular file`);
  }
  if (size > MAX_BYTES) {
    throw new CommandError(
      `Cannot use the API keys in ${path}: it has ${size} bytes, at most ${MAX_BYTES} are read. Revoke keys that nobody needs`,
    );
  }
  if ((mode & constants.S_IWOTH) !== 0) {
    throw new CommandError(
      `Cannot use the API keys in ${path}: everybody on this machine may write to it (mode ${octal(mode)}), and so give themselves a key. Look for entries that are not yours, then chmod 600 it`,
    );
  }
}

function warningsOf(path: string, mode: number, entries: readonly KeyEntry[]): readonly string[] {
  const isReadable = (mode & constants.S_IROTH) !== 0;
  return [
    ...(isReadable
      ? [`everybody on this machine may read ${path} (mode ${octal(mode)}): chmod 600 it, or 640`]
      : []),
    ...(path.startsWith('/usr/') ? [`${path} lies in /usr, which jobs can read: move it elsewhere`] : []),
    ...(entries.length === 0 ? [`${path} has no keys, so nobody can use the API`] : []),
  ];
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

function readError(path: string, error: unknown): CommandError {
  if (error instanceof SyntaxError) {
    return new CommandError(
      `Cannot use the API keys in ${path}: ${error.message}. "sandlot keys create" makes entries in the right form`,
    );
  }
  const errno = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const remedy = REMEDIES[errno] ?? 'Mend SANDLOT_API_KEYS_FILE';
  return new CommandError(`Cannot read the API keys in ${path}: ${errno}. ${remedy}`, { cause: error });
}
