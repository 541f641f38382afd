import { chmodSync, copyFileSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../dev/setup/workspace.mjs';
import { DATA_DIRECTORY, IMAGE_UID } from './image.mjs';
import { sharedLibraries } from './shared-libraries.mjs';

/** Where others mount something: an engine needs the place, since it may not make it in a read-only root. */
const MOUNT_POINTS = ['dev', 'proc', 'run', 'sys', 'tmp', DATA_DIRECTORY, 'etc/sandlot'];
const MOUNTED_FILES = ['etc/hostname', 'etc/hosts', 'etc/resolv.conf'];

/** As on every merged system: jobs see these links and /usr. */
const LINKS = ['bin', 'lib', 'lib64', 'sbin'];

const USERS = {
  passwd: [
    'root:x:0:0:root:/tmp:/usr/sbin/nologin',
    `sandlot:x:${IMAGE_UID}:${IMAGE_UID}:sandlot:/tmp:/usr/sbin/nologin`,
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  ],
  group: ['root:x:0:', `sandlot:x:${IMAGE_UID}:`, 'nogroup:x:65534:'],
};

/**
 * Makes the least root file system that runs the service: this machine's Node with its libraries. No shell, no package
 * manager, no program besides.
 *
 * @param {string} rootfs an empty directory
 * @throws {Error} if a library is missing here
 */
export function stageBase(rootfs) {
  const programs = [process.execPath, join(ROOT, 'native/build/libsandlot.so')];
  for (const name of LINKS) {
    mkdirSync(join(rootfs, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(rootfs, name));
  }
  install(process.execPath, join(rootfs, 'usr/bin/node'), 0o755);
  for (const path of sharedLibraries(programs)) {
    install(path, join(rootfs, path.replace(/^\/(?=lib)/, 'usr/')), 0o755);
  }
  stageMountPoints(rootfs);
  stageUsers(rootfs);
}

/**
 * What every image has, whatever its programs come from.
 *
 * @param {string} rootfs
 */
export function stageMountPoints(rootfs) {
  for (const path of MOUNT_POINTS) mkdirSync(join(rootfs, path), { recursive: true });
  chmodSync(join(rootfs, 'tmp'), 0o1777);
  for (const path of MOUNTED_FILES) {
    if (lstatSync(join(rootfs, path), { throwIfNoEntry: false }) === undefined) {
      writeFileSync(join(rootfs, path), '');
    }
  }
}

/** @param {string} rootfs */
function stageUsers(rootfs) {
  for (const [name, lines] of Object.entries(USERS)) {
    writeFileSync(join(rootfs, 'etc', name), `${lines.join('\n')}\n`);
  }
  writeFileSync(join(rootfs, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
}

/**
 * @param {string} source a link is followed
 * @param {string} target
 * @param {number} mode
 */
function install(source, target, mode) {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
  chmodSync(target, mode);
}
