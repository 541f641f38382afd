import { constants } from 'node:os';
import type { ArgumentTest, FilterSpec, SyscallRule } from './filter-spec.js';
import { ABSENT_CALLS, DONE_CALLS, syscallsIn, type SyscallGroup } from './syscalls.js';

const { EPERM, ENOSYS, EOPNOTSUPP } = constants.errno;

/** clone(2): every flag that makes a namespace; that of time namespaces only in unshare(2). */
const NAMESPACE_FLAGS = 0x7e02_0000n;
const NEW_TIME_FLAG = 0x80n;

/** clone(2): what makes a thread, and no process, which has the descriptors of all others. */
const THREAD_FLAGS = 0x1_0400n;

/** mmap(2). */
const MAP_SHARED = 0x1n;
const MAP_ANONYMOUS = 0x20n;

/** fcntl(2): F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC. None that lets others send signals. */
const FILE_COMMANDS = [0n, 1n, 2n, 3n, 4n, 1030n];

/** ioctl(2): TCGETS, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX. */
const DEVICE_REQUESTS = [0x5401n, 0x541bn, 0x5421n, 0x5450n, 0x5451n];

/** mmap(2) and memfd_create(2): pages of a pool of the host's, which no memory limit of a cell counts. */
const MAP_HUGETLB = 0x4_0000n;
const MFD_HUGETLB = 0x4n;

/** personality(2): Linux, with 32-bit names of the machine, without randomised addresses (debuggers), and asking. */
const PERSONALITIES = [0x0n, 0x8n, 0x2_0000n, 0x2_0008n, 0x4_0000n, 0xffff_ffffn];

/** socket(2): families, types without flags, and protocols that ordinary programs use. */
const AF = { unix: 1n, inet: 2n, inet6: 10n, netlink: 16n } as const;
const STREAM = { type: 1n, protocols: [0n, 6n] } as const;
const DATAGRAM = { type: 2n, protocols: [0n, 17n, 136n] } as const;
const TYPE_MASK = 0xfn;
const NETLINK_ROUTE = 0n;

/** What every program needs that computes, and reads and writes files. */
const COMPUTING = [
  ...allowGroups(
    'files',
    'waiting',
    'memory',
    'processes',
    'programs',
    'identity',
    'signals',
    'time',
    'random',
  ),
  ...allowWithin(),
  ...unheard(),
];

/** What compilers, interpreters and their programs need. */
export const DEFAULT_PROFILE: FilterSpec = {
  otherwise: { errno: EPERM },
  rules: [...COMPUTING, ...allowGroups('ipc', 'sockets', 'tracing'), ...allowSockets()],
};

/**
 * No sockets, no IPC beyond pipes, no tracing, no other program once the first one runs: that rule init adds, since it
 * depends on where init keeps the program's name.
 */
export const STRICT_PROFILE: FilterSpec = { otherwise: { errno: EPERM }, rules: COMPUTING };

/**
 * Of a runner without namespaces: what Node needs to compute, and to use files that Landlock lets it open. No other process
 * can be made or reached, and nothing be changed by a path that Landlock does not look at (modes, owners, attributes,
 * times): the host's files and processes are around it.
 */
export const FENCED_PROFILE: FilterSpec = {
  otherwise: { errno: EPERM },
  rules: [
    ...`
    access arch_prctl brk capget clock_getres clock_gettime clock_nanosleep close close_range dup dup2 dup3 epoll_create1 epoll_ctl
    epoll_pwait epoll_wait eventfd2 execve exit exit_group fadvise64 fdatasync fstat fstatfs fsync ftruncate futex
    getcwd getdents64 getegid geteuid getgid getpid getppid getrandom getrusage gettid gettimeofday getuid link linkat lseek
    lstat madvise membarrier mkdir mkdirat mprotect mremap munmap nanosleep newfstatat open openat pipe2 pkey_alloc pkey_free
    pkey_mprotect poll ppoll pread64 preadv pwrite64 pwritev read readlink readlinkat readv rename renameat renameat2
    restart_syscall rmdir rseq rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity sched_getparam sched_getscheduler
    sched_yield set_robust_list set_tid_address sigaltstack stat statfs statx symlink symlinkat sysinfo time uname unlink
    unlinkat write writev`
      .trim()
      .split(/\s+/)
      .map((name) => ({ name, action: 'allow' }) as const),
    allow('clone', [masked(0, NAMESPACE_FLAGS | THREAD_FLAGS, THREAD_FLAGS)]),
    // It takes a disk faster than anybody can look; the C library then writes zeros.
    { name: 'fallocate', action: { errno: EOPNOTSUPP } },
    // A page of a file that is shared could be written to when the file has no name and no descriptor any more.
    allow('mmap', [masked(3, MAP_HUGETLB | MAP_SHARED, 0n)]),
    allow('mmap', [masked(3, MAP_HUGETLB | MAP_ANONYMOUS, MAP_ANONYMOUS)]),
    allow('prlimit64', [equal(0, 0n), equal(2, 0n)]),
    allow('utimensat', [equal(1, 0n)]),
    ...FILE_COMMANDS.map((value) => allow('fcntl', [equal(1, value)])),
    ...DEVICE_REQUESTS.map((value) => allow('ioctl', [equal(1, value)])),
    ...unheard(),
  ],
};

function allowGroups(...groups: readonly SyscallGroup[]): readonly SyscallRule[] {
  return groups.flatMap(syscallsIn).map((name) => ({ name, action: 'allow' }));
}

/** Calls that fail as if there were none, and such that seem to succeed. */
function unheard(): readonly SyscallRule[] {
  return [
    ...ABSENT_CALLS.map((name) => ({ name, action: { errno: ENOSYS } })),
    ...DONE_CALLS.map((name) => ({ name, action: { errno: 0 } })),
  ];
}

/** Calls that are ordinary with most arguments: never to make a namespace, or to take huge pages. */
function allowWithin(): readonly SyscallRule[] {
  return [
    allow('clone', [masked(0, NAMESPACE_FLAGS, 0n)]),
    allow('unshare', [masked(0, NAMESPACE_FLAGS | NEW_TIME_FLAG, 0n)]),
    allow('mmap', [masked(3, MAP_HUGETLB, 0n)]),
    allow('memfd_create', [masked(1, MFD_HUGETLB, 0n)]),
    ...PERSONALITIES.map((value) => allow('personality', [equal(0, value)])),
  ];
}

function allowSockets(): readonly SyscallRule[] {
  const internet = [AF.inet, AF.inet6].flatMap((family) =>
    [STREAM, DATAGRAM].flatMap(({ type, protocols }) =>
      protocols.map((protocol) =>
        allow('socket', [equal(0, family), masked(1, TYPE_MASK, type), equal(2, protocol)]),
      ),
    ),
  );
  return [
    allow('socket', [equal(0, AF.unix)]),
    allow('socketpair', [equal(0, AF.unix)]),
    ...internet,
    // getifaddrs(3) asks so.
    allow('socket', [equal(0, AF.netlink), equal(2, NETLINK_ROUTE)]),
  ];
}

function allow(name: string, tests: readonly ArgumentTest[]): SyscallRule {
  return { name, action: 'allow', tests };
}

function equal(index: number, value: bigint): ArgumentTest {
  return { index, comparison: 'eq', value };
}

function masked(index: number, mask: bigint, value: bigint): ArgumentTest {
  return { index, comparison: 'eq', mask, value };
}
