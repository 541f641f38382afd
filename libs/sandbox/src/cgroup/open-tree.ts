import { InfrastructureError } from '@sandlot/engine';
import { CgroupTree } from './cgroup-tree.js';
import { findOwnCgroup } from './find-subtree.js';

/**
 * Opens a tree for our cells: below our own cgroup (`auto`), nowhere (`none`), or below a directory that the
 * operator names. With `auto`, a subtree that cannot be written to is no error: there is none then.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` if the operator's directory cannot be used.
 */
export function openCgroupTree(option: string, pid: number): CgroupTree | undefined {
  if (option === 'none') return undefined;
  const path = option === 'auto' ? findOwnCgroup() : option;
  if (path === undefined) return undefined;
  try {
    return CgroupTree.create(path, pid);
  } catch (cause) {
    if (option === 'auto') return undefined;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new InfrastructureError(
      'sandbox-setup-failed',
      `Cannot use ${path} for the cgroups of cells: ${code ?? message}. Name a cgroup v2 directory that this user owns (Delegate=yes in systemd.resource-control(5)).`,
      { cause },
    );
  }
}
