import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from './cgroup-file.js';

const BLOCK_DEVICES = '/sys/block';

/**
 * `major:minor` of each disk of this machine that holds anything, for io.max, which takes whole disks. Empty
 * where /sys does not show them.
 */
export function listDisks(): readonly string[] {
  return (unlessGone(() => readdirSync(BLOCK_DEVICES)) ?? []).flatMap((name) => {
    const read = (file: string) => readFileSync(join(BLOCK_DEVICES, name, file), 'utf8').trim();
    const disk = unlessGone(() => (read('size') === '0' ? undefined : read('dev')));
    return disk ?? [];
  });
}

/** Devices come and go. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENODEV'].includes(errnoOf(error))) return undefined;
    throw error;
  }
}
