import { constants } from 'node:os';
import type { ArgumentTest, FilterSpec, SyscallRule } from './filter-spec.js';
import { ABSENT_CALLS, DONE_CALLS, syscallsIn, type SyscallGroup } from './syscalls.js';

const { EPERM, ENOSYS } = constants.errno;

/** clone(2): every flag that makes a namespace; that of time namespaces only in unshare(2). */
const NAMESPACE_FLAGS = 0x7e02_0000n;
const NEW_TIME_FLAG = 0x80n;

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
