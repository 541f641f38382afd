import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, open as openFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '@sandlot/contract';
import { CommandError } from '../error/command-error.js';

export type Pieces = AsyncIterable<Uint8Array>;

export interface ArtifactToWrite {
  /** A directory that the user chose. Made if it is missing. */
  readonly root: string;
  /** Where below it, by somebody else's names. */
  readonly path: string;
  /** What the job document says of it. */
  readonly kept: Artifact;
  readonly open: (path: string) => Promise<Pieces>;
}

/**
 * Writes one artifact below a directory and nowhere else: no `..`, no absolute path, no symbolic link on the way is
 * followed. It replaces a file, or a link, of its name once it is there whole and its digest is right.
 *
 * @throws {CommandError} if it cannot be written, or the path would lead out.
 */
export async function writeArtifact({ root, path, kept, open }: ArtifactToWrite): Promise<void> {
  const segments = segmentsOf(path);
  try {
    await mkdir(root, { recursive: true });
    const folder = await makeFolders(root, segments.slice(0, -1));
    await writeWhole(folder, segments.at(-1) ?? '', kept, await open(kept.path));
  } catch (error) {
    throw unwritable(root, path, error);
  }
}

function segmentsOf(path: string): readonly string[] {
  const segments = path.split('/');
  const isHostile = segments.some((name) => ['', '.', '..'].includes(name)) || path.includes('\0');
  if (!isHostile) return segments;
  throw new CommandError(`The artifact ${JSON.stringify(path)} would lead out of its directory; not written`);
}

/** Makes what is missing of directories inside each other; nothing of them may be a link. */
async function makeFolders(root: string, names: readonly string[]): Promise<string> {
  let folder = root;
  for (const name of names) {
    folder = join(folder, name);
    await mkdir(folder).catch((error: unknown) => {
      if (!isErrno(error, 'EEXIST')) throw error;
    });
    if (!(await lstat(folder)).isDirectory())
      throw new CommandError(`${JSON.stringify(folder)} is in the way: it is no directory of its own`);
  }
  return folder;
}

async function writeWhole(folder: string, name: string, kept: Artifact, pieces: Pieces): Promise<void> {
  const temporary = join(folder, `.sandlot-${randomUUID()}`);
  try {
    const digest = await write(temporary, pieces);
    if (digest !== kept.sha256)
      throw new CommandError(
        `The bytes of artifact ${JSON.stringify(kept.path)} are not those that were kept`,
      );
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @returns the SHA-256 of what was written. */
async function write(path: string, pieces: Pieces): Promise<string> {
  const hash = createHash('sha256');
  const file = await openFile(path, 'wx');
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      await file.writeFile(piece);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** Failures of the file system are worded; others, of the service say, are words already. */
function unwritable(root: string, path: string, error: unknown): unknown {
  const code =
    error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  const place = JSON.stringify(join(root, path));
  return new CommandError(`Cannot write the artifact ${place}: ${code}`, { cause: error });
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
