import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The cgroup v2 directory that this process lives in, if it can be one that was given to us: not the root of the
 * hierarchy (which has no `cgroup.type`, cgroups(7)), and mounted where we can see it. Whether we may write to it
 * is found out by trying.
 */
export function findOwnCgroup(): string | undefined {
  const path = ownCgroupPath(readFileSync('/proc/self/cgroup', 'utf8'));
  const mount = cgroup2Mount(readFileSync('/proc/self/mountinfo', 'utf8'));
  if (path === undefined || mount === undefined) return undefined;
  const inside = relativeTo(mount.root, path);
  if (inside === undefined) return undefined;
  const directory = join(mount.mountPoint, inside);
  return existsSync(join(directory, 'cgroup.type')) ? directory : undefined;
}

/** Path of the unified hierarchy's line, `0::/path`. */
function ownCgroupPath(text: string): string | undefined {
  return /^0::(.*)$/m.exec(text)?.[1];
}

/** Mount point and root of the first cgroup2 mount (proc_pid_mountinfo(5)). */
function cgroup2Mount(text: string): { readonly root: string; readonly mountPoint: string } | undefined {
  for (const line of text.split('\n')) {
    const [fields = '', types = ''] = line.split(' - ');
    const [, , , root, mountPoint] = fields.split(' ');
    if (types.startsWith('cgroup2 ') && root !== undefined && mountPoint !== undefined)
      return { root, mountPoint };
  }
  return undefined;
}

function relativeTo(root: string, path: string): string | undefined {
  if (root === '/') return path;
  if (path === root) return '/';
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}
