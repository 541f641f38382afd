import { readFileSync, statfsSync } from 'node:fs';

const SHARED_MEMORY = '/dev/shm';

/**
 * Where UML keeps the guest's memory, a file that it maps executable: /dev/shm, unless a container made it small or
 * noexec. On a disk it works too, more slowly.
 *
 * @param {number} bytes
 * @param {string} otherwise
 */
export function memoryDirectory(bytes, otherwise) {
  try {
    const { bavail, bsize } = statfsSync(SHARED_MEMORY);
    return bavail * bsize > bytes && !isNoexec() ? SHARED_MEMORY : otherwise;
  } catch {
    // There is none.
    return otherwise;
  }
}

function isNoexec() {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return mounts.some((line) => {
    const [, mountPoint, , options = ''] = line.split(' ');
    return mountPoint === SHARED_MEMORY && options.split(',').includes('noexec');
  });
}
