import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { programExists } from '../dev/setup/check-machine.mjs';
import { runCommand } from '../dev/setup/run-command.mjs';

const DISK_BYTES = 32 << 20;
const CONTENT_BYTES = 8 << 20;

/**
 * Makes a small disk for the guest, a sparse file with an ext2 file system and one file, `content`: the root is
 * hostfs, which is no block device, so io.max would have nothing to hold.
 *
 * @param {string} scratch
 * @returns {Promise<string | undefined>} the file; undefined if there is no mke2fs (apt-get install e2fsprogs)
 */
export async function makeGuestDisk(scratch) {
  if (!programExists('mke2fs')) return undefined;
  const disk = join(scratch, 'disk');
  const tree = join(scratch, 'tree');
  await mkdir(tree);
  // Random, so that nobody on the way can save it by half.
  await writeFile(join(tree, 'content'), randomBytes(CONTENT_BYTES), { mode: 0o644 });
  await writeFile(disk, '');
  await truncate(disk, DISK_BYTES);
  const made = await runCommand('mke2fs', ['-q', '-F', '-t', 'ext2', '-d', tree, disk]);
  await rm(tree, { recursive: true });
  if (!made.ok) throw new Error(`Cannot make a disk for the guest: ${made.output}`);
  return disk;
}
