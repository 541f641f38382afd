import type { HostEntry } from './host-tree.js';
import type { Operation, RootPlan } from './plan.js';

export const HOSTNAME = 'sandlot';

const MiB = 1024 * 1024;
/** The root itself holds mount points, links, a minimal /etc and copies of files of the host's. */
const ROOT_BYTES = 8 * MiB;
const ROOT_INODES = 1024;

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'] as const;

const DEVICE_LINKS = [
  ['/proc/self/fd', 'dev/fd'],
  ['/proc/self/fd/0', 'dev/stdin'],
  ['/proc/self/fd/1', 'dev/stdout'],
  ['/proc/self/fd/2', 'dev/stderr'],
] as const;

const ETC_FILES = {
  passwd: 'root:x:0:0:root:/box:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
  group: 'root:x:0:\nnogroup:x:65534:\n',
  hosts: `127.0.0.1 localhost ${HOSTNAME}\n::1 localhost\n`,
  'host.conf': 'multi on\n',
  hostname: `${HOSTNAME}\n`,
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
} as const;

/** Mount points that each cell covers with something of its own. */
const MOUNT_POINTS = ['box', 'tmp', 'dev/shm', 'proc', 'scratch'] as const;

/**
 * The root that all cells of a slot share, read-only: programs of the host, a minimal /etc and /dev, mount points.
 * Files and directories of the host get inodes of the slot's own, so that a lock on one of them is nobody else's
 * (docs/decisions/0014).
 */
export function planSlot(hostTree: readonly HostEntry[]): RootPlan {
  return planRoot([
    directory('etc'),
    directory('etc/ssl'),
    ...hostTree.flatMap(showEntry),
    ...Object.entries(ETC_FILES).map(([name, text]) => file(`etc/${name}`, Buffer.from(text))),
    ...DEVICES.flatMap(showDevice),
    ...DEVICE_LINKS.map(([target, path]): Operation => ({ op: 'makeSymlink', target, path })),
  ]);
}

/**
 * A root that shows nothing but `shown`, and mount points for its cells.
 *
 * The slot's own /proc stays unmasked below the cells': the kernel allows a new proc mount only where a fully
 * visible one exists (mount_too_revealing in fs/namespace.c).
 *
 * @param contentBytes of its larger files together.
 */
export function planRoot(shown: RootPlan, contentBytes = 0): RootPlan {
  return [
    { op: 'newRoot', sizeBytes: ROOT_BYTES + contentBytes, inodes: ROOT_INODES },
    ...['dev', ...MOUNT_POINTS].map(directory),
    ...shown,
    { op: 'mountProc', path: 'proc' },
    { op: 'pivotRoot' },
    { op: 'setHostname', name: HOSTNAME },
    { op: 'bringLoopbackUp' },
    // A payload that could make a user namespace would be root again, with all capabilities inside it.
    { op: 'setSysctl', path: '/proc/sys/user/max_user_namespaces', value: '0' },
    // A host without memory takes a payload before the worker; and a worker that it spares spares no payload.
    { op: 'setSysctl', path: '/proc/self/oom_score_adj', value: '500' },
    // The host counts these by uid, which payloads share with the worker.
    { op: 'setSysctl', path: '/proc/sys/user/max_inotify_instances', value: '16', optional: true },
    { op: 'setSysctl', path: '/proc/sys/user/max_inotify_watches', value: '8192', optional: true },
    { op: 'sealRoot' },
  ];
}

function directory(path: string): Operation {
  return { op: 'makeDirectory', path, mode: 0o755 };
}

/** Without content it is a mount point. */
function file(path: string, content: Uint8Array = new Uint8Array()): Operation {
  return { op: 'writeFile', path, mode: 0o644, content };
}

function showEntry(entry: HostEntry): readonly Operation[] {
  const { path } = entry;
  switch (entry.kind) {
    case 'link':
      return [{ op: 'makeSymlink', target: entry.target, path }];
    case 'directory':
      return [directory(path), { op: 'showTree', source: `/${path}`, path }];
    case 'file':
      if (entry.content !== undefined) return [file(path, entry.content)];
      return [file(path), { op: 'bind', source: `/${path}`, path }];
    default:
      return entry satisfies never;
  }
}

/** A user namespace cannot make device nodes, so the host's are bound. */
function showDevice(name: string): readonly Operation[] {
  return [file(`dev/${name}`), { op: 'bind', source: `/dev/${name}`, path: `dev/${name}`, device: true }];
}
