import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseMountInfo, type Mount } from '../proc/mount-info.js';
import { WORKER_LEAF } from './enter-worker-leaf.js';

/** The subtree that we live in, or why there is none. */
export type FoundSubtree =
  { readonly directory: string } | { readonly path: string; readonly errno: 'ENOENT' | 'outside' | 'root' };

/**
 * The cgroup v2 directory that this process lives in, or, if that is the leaf for workers, the one above it. Whether we
 * may write to it is found out by trying.
 *
 * Not the root of the hierarchy, which has no `cgroup.type` (cgroups(7)): what it gives to whom is the host's affair.
 * `root` says so; `ENOENT` that no cgroup v2 is mounted; `outside` that our cgroup is not below what is mounted.
 */
export function findOwnSubtree(): FoundSubtree {
  const own = locate(readProc('cgroup'), readProc('mountinfo'));
  if ('errno' in own) return own;
  const { directory } = own;
  if (!existsSync(join(directory, 'cgroup.type'))) return { path: directory, errno: 'root' };
  return { directory: basename(directory) === WORKER_LEAF ? dirname(directory) : directory };
}

/** f_type of a cgroup v2 file system: statfs(2). */
const CGROUP2_MAGIC = 0x63677270;

/** @throws what statfs(2) says, or `not-cgroup2` if the directory is of another file system. */
export function expectCgroup2(directory: string): void {
  if (statfsSync(directory).type !== CGROUP2_MAGIC) throw new Error('not-cgroup2');
}

/** Empty if proc is not mounted on /proc. */
function readProc(name: string): string {
  const path = `/proc/self/${name}`;
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/**
 * Where the cgroup of a process can be seen.
 *
 * @param cgroups text of /proc/PID/cgroup, whose unified hierarchy's line is `0::/path` (cgroups(7)).
 * @param mounts text of /proc/PID/mountinfo (proc_pid_mountinfo(5)).
 */
export function locate(cgroups: string, mounts: string): FoundSubtree {
  const path = /^0::(.*)$/m.exec(cgroups)?.[1];
  const mount = cgroup2Mount(mounts);
  if (path === undefined || mount === undefined) return { path: '/sys/fs/cgroup', errno: 'ENOENT' };
  const inside = relativeTo(mount.root, path);
  if (inside === undefined) return { path, errno: 'outside' };
  return { directory: resolve(mount.path, `.${inside}`) };
}

/** The first cgroup2 mount that shows a part of our cgroup namespace (cgroup_namespaces(7)). */
function cgroup2Mount(text: string): Mount | undefined {
  return parseMountInfo(text).find(({ type, root }) => type === 'cgroup2' && !root.startsWith('/..'));
}

/** A path outside of the cgroup namespace begins with /.. (cgroup_namespaces(7)). */
function relativeTo(root: string, path: string): string | undefined {
  if (path.startsWith('/..')) return undefined;
  if (root === '/') return path;
  if (path === root) return '/';
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}
