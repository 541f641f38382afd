import { readFileSync } from 'node:fs';
import { release, userInfo } from 'node:os';
import { parseMountInfo, type Mount } from '../proc/mount-info.js';
import { readSubordinateIds } from '../slot/subordinate-ids.js';
import type { CgroupFacts, HostFacts, IdMapping } from './host-facts.js';

/** Where facts come from. */
export interface HostReader {
  /** The text of a file; undefined if there is none that we may read. */
  readonly read: (path: string) => string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly kernel: string;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
}

/** Sysctls that facts are read from, as files below /proc/sys. */
const SYSCTLS = [
  ...['user', 'mnt', 'pid', 'net', 'uts', 'ipc', 'cgroup'].map((kind) => `user.max_${kind}_namespaces`),
  'kernel.unprivileged_userns_clone',
  'kernel.apparmor_restrict_unprivileged_userns',
  'vm.memfd_noexec',
];

/** An empty directory that systemd mounts on: the kernel does not count it as covering anything. */
const HARMLESS = '/proc/sys/fs/binfmt_misc';

/** Directories of programs and libraries, which cells show; on merged systems all but the first are links into it. */
const PROGRAMS = /^\/(?:usr|s?bin|lib(?:32|64|x32)?)\//;

/** Collects what explains failures on this host. Reads only. */
export function readHost(reader: HostReader = ownHost()): HostFacts {
  const status = reader.read('/proc/self/status') ?? '';
  const mounts = parseMountInfo(reader.read('/proc/self/mountinfo') ?? '');
  const procMasks = mounts
    .map(({ path }) => path)
    .filter((path) => path.startsWith('/proc/') && path !== HARMLESS);
  return {
    kernel: reader.kernel,
    uid: reader.uid,
    gid: reader.gid,
    user: reader.user,
    capabilities: statusField(status, 'CapEff') ?? '0',
    boundingSet: statusField(status, 'CapBnd') ?? '0',
    noNewPrivs: statusField(status, 'NoNewPrivs') === '1',
    seccomp: Number(statusField(status, 'Seccomp') ?? 0),
    ...optional('securityLabel', securityLabel(reader)),
    isSelinuxEnforcing: reader.read('/sys/fs/selinux/enforce')?.trim() === '1',
    uidMap: parseIdMap(reader.read('/proc/self/uid_map') ?? ''),
    gidMap: parseIdMap(reader.read('/proc/self/gid_map') ?? ''),
    ...optional('processLimit', processLimit(reader)),
    hasProc: status !== '',
    sysctls: readSysctls(reader),
    procMasks: [...new Set(procMasks)].sort(),
    programMounts: mounts.map(({ path }) => path).filter((path) => PROGRAMS.test(path)),
    isChrooted: mounts.length > 0 && isChrooted(mounts, reader),
    isRootReadOnly: mounts.findLast(({ path }) => path === '/')?.isReadOnly === true,
    ...optional('container', containerName(reader, procMasks)),
    subordinateIds: readSubordinateIds(reader),
    cgroup: readCgroup(reader.read('/proc/self/cgroup') ?? '', mounts),
  };
}

/** This process and the host it runs on. */
export function ownHost(): HostReader {
  const [uid, gid] = [process.geteuid?.() ?? -1, process.getegid?.() ?? -1];
  return { read: readText, env: process.env, kernel: release(), uid, gid, user: userName(uid) };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Whatever the reason: a fact that cannot be read explains nothing.
    return undefined;
  }
}

function userName(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    // A uid without an entry in passwd(5), as in containers.
    return String(uid);
  }
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  // The key is K by construction, which a computed name does not keep.
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]?: V });
}

function statusField(status: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1];
}

/** The soft limit of `Max processes`; undefined if it is unlimited. */
function processLimit({ read }: HostReader): number | undefined {
  const limit = /^Max processes\s+(\d+)/m.exec(read('/proc/self/limits') ?? '')?.[1];
  return limit === undefined ? undefined : Number(limit);
}

/** A chroot into a mount point shows only from outside: who has started us sees the same mount in another place. */
function isChrooted(mounts: readonly Mount[], reader: HostReader): boolean {
  const root = mounts.findLast(({ path }) => path === '/');
  if (root === undefined) return true;
  return ancestors(reader).some((pid) => {
    const outside = parseMountInfo(reader.read(`/proc/${pid}/mountinfo`) ?? '');
    const seen = outside.find(({ id }) => id === root.id);
    return seen !== undefined && seen.path !== '/';
  });
}

/** Of this process, as far as its pid namespace shows them. */
function ancestors({ read }: HostReader): readonly string[] {
  const parentOf = (pid: string) => statusField(read(`/proc/${pid}/status`) ?? '', 'PPid') ?? '0';
  const line: string[] = [];
  for (let pid = parentOf('self'); pid !== '0'; pid = parentOf(pid)) line.push(pid);
  return line;
}

function securityLabel({ read }: HostReader): string | undefined {
  const label = read('/proc/self/attr/current')?.replace(/\0$/, '').trim();
  return label === '' ? undefined : label;
}

function parseIdMap(text: string): readonly IdMapping[] {
  return text.split('\n').flatMap((line) => {
    const [inside, outside, count] = line.trim().split(/\s+/).map(Number);
    if (inside === undefined || outside === undefined || count === undefined) return [];
    return [{ inside, outside, count }];
  });
}

function readSysctls({ read }: HostReader): Readonly<Record<string, number>> {
  return Object.fromEntries(
    SYSCTLS.flatMap((name) => {
      const text = read(`/proc/sys/${name.replaceAll('.', '/')}`);
      return text === undefined ? [] : [[name, Number(text)] as const];
    }),
  );
}

/** Docker and Podman leave a file, Kubernetes a variable, others what container(7) of systemd asks for. */
function containerName({ read, env }: HostReader, procMasks: readonly string[]): string | undefined {
  if (env['KUBERNETES_SERVICE_HOST'] !== undefined) return 'kubernetes';
  if (read('/.dockerenv') !== undefined) return 'docker';
  if (read('/run/.containerenv') !== undefined) return 'podman';
  const named = env['container'] ?? read('/run/systemd/container')?.trim();
  if (named !== undefined && named !== '') return named;
  // Every engine covers it by default, and a service manager hardly ever does.
  return procMasks.includes('/proc/kcore') ? 'container' : undefined;
}

/** Lines of proc_pid_cgroup(5): `hierarchy:controllers:path`, the hierarchy of version 2 is 0. */
function readCgroup(text: string, mounts: readonly Mount[]): CgroupFacts {
  const lines = text.split('\n').map((line) => /^(\d+):([^:]*):(.*)$/.exec(line)?.slice(1) ?? []);
  const own = lines.find(([hierarchy]) => hierarchy === '0')?.[2];
  return {
    mounts: mounts
      .filter(({ type }) => type === 'cgroup2')
      .map(({ path, isReadOnly }) => ({ path, isReadOnly })),
    ...optional('own', own),
    v1Controllers: lines.flatMap(([hierarchy, controllers = '']) =>
      hierarchy === undefined || hierarchy === '0' || controllers.startsWith('name=')
        ? []
        : controllers.split(','),
    ),
  };
}
