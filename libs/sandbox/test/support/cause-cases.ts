import type { CgroupStep } from '../../src/cgroup/cgroup-finding.js';
import type { CauseCode } from '../../src/doctor/causes.js';
import type { HostFacts } from '../../src/doctor/host-facts.js';
import { controllers, type Deviation } from './doctor-evidence.js';

const PATH = '/sys/fs/cgroup/own/sandlot-doctor-1';
/** A container of Docker. */
export const FILTERED: Partial<HostFacts> = { seccomp: 2, container: 'docker' };
const UBUNTU: Partial<HostFacts> = { sysctls: { 'kernel.apparmor_restrict_unprivileged_userns': 1 } };
const ROOT: Partial<HostFacts> = { uid: 0, user: 'root', capabilities: '000001ffffffffff' };
const V1: HostFacts['cgroup'] = {
  mounts: [{ path: '/sys/fs/cgroup/unified', isReadOnly: false }],
  own: '/',
  v1Controllers: ['memory', 'blkio'],
};

/** A cgroup that fails at a step. */
export function refused(step: CgroupStep, errno: string, path = PATH) {
  return { failure: { step, path, errno }, controllers: controllers({ enabled: false, errno }) };
}

function without(errno: string) {
  return { controllers: { ...controllers({ enabled: true }), memory: { enabled: false, errno } } };
}

/** What is seen, the ability that is found to have failed, why, the tier, words of the text, how it is seen. */
export type CauseCase = readonly [
  what: string,
  ability: string,
  code: CauseCode,
  tier: string,
  words: string,
  deviation: Deviation,
];

/** For each mechanism, a host on which it is at work. */
export const CAUSE_CASES: readonly CauseCase[] = [
  [
    'user.max_user_namespaces=0',
    'user-namespace',
    'namespace-limit-zero',
    'T4',
    'sysctl user.max_user_namespaces is 0',
    {
      failed: { 'user-namespace': ['clone', 'ENOSPC'] },
      facts: { sysctls: { 'user.max_user_namespaces': 0 } },
    },
  ],
  [
    'user.max_net_namespaces=0',
    'net-namespace',
    'namespace-limit-zero',
    'T4',
    'sysctl -w user.max_net_namespaces=',
    {
      failed: { 'net-namespace': ['clone', 'ENOSPC'], loopback: ['clone', 'ENOSPC'] },
      facts: { sysctls: { 'user.max_user_namespaces': 9, 'user.max_net_namespaces': 0 } },
    },
  ],
  [
    'a limit of an enclosing namespace',
    'user-namespace',
    'namespace-limit-reached',
    'T4',
    'enclosing user namespace',
    { failed: { 'user-namespace': ['clone', 'ENOSPC'] } },
  ],
  [
    'kernel.unprivileged_userns_clone=0',
    'user-namespace',
    'unprivileged-userns-clone',
    'T4',
    'sysctl -w kernel.unprivileged_userns_clone=1',
    {
      failed: { 'user-namespace': ['clone', 'EPERM', { unshare: 1 }] },
      facts: { sysctls: { 'kernel.unprivileged_userns_clone': 0 }, seccomp: 2 },
    },
  ],
  [
    'Ubuntu, whose AppArmor refuses the map',
    'user-namespace',
    'apparmor-user-namespaces',
    'T4',
    'infra/apparmor/sandlot',
    { failed: { 'user-namespace': ['uid_map', 'EPERM'] }, facts: { ...UBUNTU, securityLabel: 'unconfined' } },
  ],
  [
    'Ubuntu, whose AppArmor lets the namespace be made, without capabilities',
    'tmpfs',
    'apparmor-user-namespaces',
    'T3',
    'kernel.apparmor_restrict_unprivileged_userns=0',
    { failed: { tmpfs: ['mount_private', 'EACCES'] }, facts: UBUNTU },
  ],
  [
    'a process below chroot',
    'user-namespace',
    'chrooted',
    'T4',
    'chroot',
    { failed: { 'user-namespace': ['clone', 'EPERM'] }, facts: { isChrooted: true } },
  ],
  [
    'uid 0, the only one there is, without capabilities',
    'user-namespace',
    'root-without-capabilities',
    'T4',
    'CAP_SETFCAP',
    {
      failed: { 'user-namespace': ['uid_map', 'EPERM'] },
      facts: { ...ROOT, capabilities: '0', uidMap: [{ inside: 0, outside: 1000, count: 1 }] },
    },
  ],
  [
    'uid 0 without capabilities',
    'user-namespace',
    'root-without-capabilities',
    'T4',
    'CAP_SETGID and CAP_SETUID',
    { failed: { 'user-namespace': ['drop_groups', 'EPERM'] }, facts: { ...ROOT, capabilities: '0' } },
  ],
  [
    'the filter of Docker',
    'clone3',
    'seccomp-docker',
    'T4',
    '--security-opt seccomp=',
    { failed: { clone3: ['clone', 'ENOSYS', { unshare: 1 }] }, facts: FILTERED },
  ],
  [
    'the filter of CRI-O',
    'clone3',
    'seccomp-crio',
    'T4',
    'CRI-O',
    { failed: { clone3: ['clone', 'ENOSYS', { unshare: 38 }] }, facts: FILTERED },
  ],
  [
    'a filter that allows namespaces and no mounts',
    'tmpfs',
    'seccomp-docker',
    'T3',
    'mount_setattr',
    { failed: { tmpfs: ['mount_private', 'EPERM'] }, facts: FILTERED },
  ],
  [
    'a filter that kills',
    'overlay',
    'seccomp-docker',
    'T0',
    'seccomp',
    { failed: { overlay: ['run', 'killed', { signal: 31 }] }, facts: FILTERED },
  ],
  [
    'a systemd unit with RestrictNamespaces=',
    'user-namespace',
    'seccomp-service',
    'T4',
    'RestrictNamespaces=',
    { failed: { 'user-namespace': ['clone', 'EPERM', { unshare: 1 }] }, facts: { seccomp: 2 } },
  ],
  [
    'the AppArmor profile of a container',
    'tmpfs',
    'apparmor-profile',
    'T3',
    'docker-default (enforce)',
    {
      failed: { tmpfs: ['mount_private', 'EACCES'] },
      facts: { ...FILTERED, ...UBUNTU, securityLabel: 'docker-default (enforce)' },
    },
  ],
  [
    'SELinux',
    'fresh-proc',
    'selinux',
    'T2',
    'container_engine_t',
    {
      failed: { 'fresh-proc': ['mount_proc', 'EACCES'] },
      facts: { isSelinuxEnforcing: true, securityLabel: 'system_u:system_r:container_t:s0' },
    },
  ],
  [
    'a masked /proc',
    'fresh-proc',
    'masked-proc',
    'T2',
    '/proc/acpi, /proc/kcore, /proc/keys and 1 more',
    {
      failed: { 'fresh-proc': ['mount_proc', 'EPERM', { 'subset-pid': 1 }] },
      facts: { ...FILTERED, procMasks: ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/sys'] },
    },
  ],
  [
    'no /proc to be seen',
    'fresh-proc',
    'no-whole-proc',
    'T2',
    'Mount proc',
    { failed: { 'fresh-proc': ['mount_proc', 'EPERM'] } },
  ],
  [
    'vm.memfd_noexec=2',
    'sealed-exec',
    'memfd-noexec',
    'T4',
    'vm.memfd_noexec=1',
    { failed: { 'sealed-exec': ['memfd_create', 'EACCES'] }, facts: { sysctls: { 'vm.memfd_noexec': 2 } } },
  ],
  [
    'an old kernel',
    'bind-mount',
    'kernel-too-old',
    'T3',
    'Linux 5.4.0',
    { failed: { 'bind-mount': ['mount_setattr', 'ENOSYS'] }, facts: { kernel: '5.4.0' } },
  ],
  [
    'a kernel without a kind of namespace',
    'ipc-namespace',
    'kernel-too-old',
    'T4',
    'all kinds of namespaces',
    { failed: { 'ipc-namespace': ['clone', 'EINVAL'] } },
  ],
  ['no overlay', 'overlay', 'no-overlay', 'T0', 'modprobe', { failed: { overlay: ['mount', 'ENODEV'] } }],
  [
    'no Landlock',
    'landlock',
    'no-landlock',
    'T0',
    'lsm=',
    { failed: { landlock: ['landlock_create_ruleset', 'ENOTSUP'] } },
  ],
  [
    'no subordinate ids',
    'sub-ids',
    'no-sub-ids',
    'T0',
    'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ann',
    { failed: { 'sub-ids': ['range', 'ENOENT'] } },
  ],
  [
    'no newuidmap',
    'sub-ids',
    'no-id-map-helper',
    'T0',
    'newgidmap is not installed',
    { failed: { 'sub-ids': ['newgidmap', 'ENOENT'] } },
  ],
  [
    'newuidmap under no_new_privs',
    'sub-ids',
    'id-map-helper-without-privilege',
    'T0',
    'newuidmap gains nothing',
    { failed: { 'sub-ids': ['newuidmap', 'EPERM'] }, facts: { noNewPrivs: true } },
  ],
  ['SANDLOT_CGROUP=none', 'cgroup', 'cgroup-refused', 'T1', 'Unset', { cgroup: { source: 'none' } }],
  [
    'no cgroup v2',
    'cgroup',
    'cgroup-not-mounted',
    'T1',
    'No cgroup v2',
    { cgroup: refused('find', 'ENOENT'), facts: { cgroup: { mounts: [], v1Controllers: [] } } },
  ],
  [
    'cgroup v1',
    'cgroup-memory',
    'cgroup-v1',
    'T1',
    'systemd.unified_cgroup_hierarchy=1',
    { cgroup: refused('find', 'ENOENT'), facts: { cgroup: V1 } },
  ],
  [
    'cgroup v1 for io, as blkio',
    'cgroup-io',
    'cgroup-v1',
    'T1',
    'memory, blkio',
    { cgroup: refused('find', 'root'), facts: { cgroup: V1 } },
  ],
  [
    'the root cgroup',
    'cgroup',
    'cgroup-root',
    'T1',
    'systemd-run --user --scope -p Delegate=yes',
    { cgroup: refused('find', 'root', '/sys/fs/cgroup') },
  ],
  [
    'a directory of ours that we live outside of',
    'cgroup',
    'cgroup-elsewhere',
    'T1',
    'echo $$ >',
    { cgroup: { source: 'operator', ...refused('move', 'EACCES') } },
  ],
  [
    'a container in the cgroup namespace of its host',
    'cgroup',
    'cgroup-outside',
    'T1',
    '--cgroupns=private',
    { cgroup: refused('find', 'outside', '/docker/1') },
  ],
  [
    'an operator’s directory that is none',
    'cgroup',
    'cgroup-not-found',
    'T1',
    '/nowhere',
    { cgroup: { source: 'operator', ...refused('find', 'ENOENT', '/nowhere') } },
  ],
  [
    'a read-only cgroupfs',
    'cgroup',
    'cgroup-read-only',
    'T1',
    'cgroup_writable = true',
    { cgroup: refused('make', 'EROFS') },
  ],
  [
    'a cgroup that crun gave to root',
    'cgroup',
    'cgroup-of-another-user',
    'T1',
    'chown 1000 /sys/fs/cgroup/own /sys/fs/cgroup/own/cgroup.procs',
    { cgroup: { ...refused('make', 'EACCES'), owner: 0 }, facts: { container: 'podman' } },
  ],
  [
    'a service without Delegate=yes',
    'cgroup',
    'cgroup-not-delegated',
    'T1',
    'Delegate=yes beside User=',
    { cgroup: { ...refused('make', 'EACCES'), owner: 0 } },
  ],
  ['own processes in it', 'cgroup', 'cgroup-busy', 'T1', 'alone', { cgroup: refused('enable', 'EBUSY') }],
  [
    'a limit on cgroups',
    'cgroup',
    'cgroup-limit-reached',
    'T1',
    'cgroup.max.descendants',
    { cgroup: refused('make', 'EAGAIN') },
  ],
  [
    'a kernel without cgroup.kill',
    'cgroup',
    'kernel-too-old',
    'T1',
    '5.14',
    { cgroup: refused('kill', 'ENOENT') },
  ],
  [
    'a controller not enabled one level up',
    'cgroup-memory',
    'controller-not-enabled',
    'T1',
    'The controller memory is not enabled above /sys/fs/cgroup/own',
    { cgroup: without('ENOENT') },
  ],
  [
    'a controller behind our own processes',
    'cgroup-memory',
    'cgroup-busy',
    'T1',
    'still in the cgroup',
    { cgroup: without('EBUSY') },
  ],
  [
    'something new',
    'openat2',
    'unexplained',
    'T4',
    'EIO at the step openat2',
    { failed: { openat2: ['openat2', 'EIO'] } },
  ],
];
