import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TOOL_PACKAGES } from './image.mjs';
import { listRootfs } from './list-rootfs.mjs';
import { stageBase, stageMountPoints } from './stage-base.mjs';
import { stageService } from './stage-service.mjs';

/**
 * Makes the root file system of the image.
 *
 * @param {string} rootfs a directory that does not exist yet
 * @param {{ hasTools?: boolean }} [options]
 */
export function stageRootfs(rootfs, { hasTools = false } = {}) {
  const previous = process.umask(0o022);
  try {
    mkdirSync(rootfs);
    if (hasTools) stageTools(rootfs);
    else stageBase(rootfs);
    stageService(rootfs);
  } finally {
    process.umask(previous);
  }
}

/**
 * A Debian of the same release as this machine, whose libraries Node and ours were linked with. Nothing in it is
 * set-user-ID: a worker without privilege gains nothing by that, nor shall a job.
 *
 * @param {string} rootfs
 */
function stageTools(rootfs) {
  const include = `--include=${TOOL_PACKAGES.join(',')}`;
  const suite = execFileSync('sh', ['-c', '. /etc/os-release && echo "$VERSION_CODENAME"'], {
    encoding: 'utf8',
  }).trim();
  execFileSync('mmdebstrap', ['--variant=apt', include, suite, rootfs], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const { path, kind, mode } of listRootfs(rootfs)) {
    if (kind === 'file' && (mode & 0o6000) !== 0) chmodSync(join(rootfs, path), mode & 0o755);
    // An engine has a /dev of its own.
    if (kind === 'special') rmSync(join(rootfs, path));
  }
  const node = join(rootfs, 'usr/bin/node');
  if (lstatSync(node, { throwIfNoEntry: false }) === undefined) copyFileSync(process.execPath, node);
  stageMountPoints(rootfs);
}
