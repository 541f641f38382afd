import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK_DEVICES = '/sys/block';

/**
 * `major:minor` of each disk of this machine that holds anything, for io.max, which takes whole disks. Empty
 * where /sys does not show them.
 */
export function listDisks(): readonly string[] {
  return namesOf(BLOCK_DEVICES).flatMap((name) => {
    const read = (file: string) => readFileSync(join(BLOCK_DEVICES, name, file), 'utf8').trim();
    return read('size') === '0' ? [] : [read('dev')];
  });
}

function namesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
