import { attackEach, type Attack } from '../attack.js';

/** Families that no namespace bounds, that reach below sockets, or that no ordinary program needs. */
const FAMILIES = [
  ['AF_AX25', 3],
  ['AF_KEY', 15],
  ['AF_PACKET', 17],
  ['AF_RDS', 21],
  ['AF_CAN', 29],
  ['AF_TIPC', 30],
  ['AF_BLUETOOTH', 31],
  ['AF_NFC', 39],
  ['AF_KCM', 41],
  ['AF_QIPCRTR', 42],
  ['AF_SMC', 43],
  ['AF_XDP', 44],
] as const;

/** netlink(7). */
const NETLINKS = [
  ['usersock', 2],
  ['sock_diag', 4],
  ['xfrm', 6],
  ['selinux', 7],
  ['audit', 9],
  ['connector', 11],
  ['netfilter', 12],
  ['kobject_uevent', 15],
  ['generic', 16],
] as const;

/** A filter that passes all: `struct sock_fprog` with one instruction. */
const PROGRAM = `struct.pack('HxxxxxxQ', 1, ctypes.addressof(ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0xffff))))`;
/** `struct group_req` of 239.1.2.3. */
const GROUP = `struct.pack('Ixxxx', 1) + struct.pack('=HH4s', 2, 0, socket.inet_aton('239.1.2.3')).ljust(128, b'\\0')`;

/** Options of SOL_SOCKET that load a program into memory that no limit of a cell counts, with a value. */
const FILTERS = [
  ['SO_ATTACH_FILTER', 26, PROGRAM],
  ['SO_ATTACH_BPF', 50, `struct.pack('i', -1)`],
  ['SO_ATTACH_REUSEPORT_CBPF', 51, PROGRAM],
  ['SO_ATTACH_REUSEPORT_EBPF', 52, `struct.pack('i', -1)`],
] as const;

/** Joining a group: level, option, and value for the loopback device. */
const GROUPS = [
  ['IPv4', 'AF_INET', 0, 35, `socket.inet_aton('239.1.2.3') + socket.inet_aton('127.0.0.1')`],
  ['IPv6', 'AF_INET6', 41, 20, `socket.inet_pton(socket.AF_INET6, 'ff02::1:2') + struct.pack('i', 1)`],
  ['IPv4 by index', 'AF_INET', 0, 42, GROUP],
] as const;

/** Sockets of every kind, and what listens on the host: `ABSTRACT` and `PORT` in the environment. */
export const SOCKET_ATTACKS: readonly Attack[] = [
  ...attackEach(FAMILIES, ([name, family]) => ({
    name: `a socket of ${name}`,
    code: `call('socket', ${family}, 3, 0)`,
  })),
  { name: 'a socket of AF_VSOCK', code: `call('socket', 40, 1, 0)`, refusal: 'EAFNOSUPPORT' },
  { name: 'a socket of AF_ALG', code: `call('socket', 38, 5, 0)`, refusal: 'EAFNOSUPPORT' },
  ...attackEach(NETLINKS, ([name, protocol]) => ({
    name: `a netlink socket of ${name}`,
    code: `call('socket', 16, 3, ${protocol})`,
    ...(name === 'generic' || name === 'kobject_uevent' ? { control: 'user' as const } : {}),
  })),
  { name: 'a raw socket', code: `call('socket', 2, 3, 1)`, control: 'namespace-root' },
  { name: 'a raw socket of IPv6', code: `call('socket', 10, 3, 58)`, control: 'namespace-root' },
  ...attackEach(FILTERS, ([name, option, value]) => ({
    name: `a filter for a socket by ${name}`,
    code: `socket.socket(socket.AF_INET, socket.SOCK_DGRAM).setsockopt(1, ${option}, ${value})`,
    ...(name === 'SO_ATTACH_FILTER' ? { control: 'user' as const } : {}),
  })),
  ...attackEach(GROUPS, ([name, family, level, option, value]) => ({
    name: `joining a multicast group of ${name}, which speaks when the job is gone`,
    code: `socket.socket(socket.${family}, socket.SOCK_DGRAM).setsockopt(${level}, ${option}, ${value})`,
    refusal: 'ENODEV',
    control: 'user' as const,
  })),
  { name: 'a socket of SCTP', code: `call('socket', 2, 1, 132)` },
  { name: 'a socket of MPTCP', code: `call('socket', 2, 1, 262)` },
  {
    name: 'shutting the loopback device down',
    code: `
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
  fcntl.ioctl(s, 0x8914, struct.pack('16sh14x', b'lo', 0))`,
    control: 'namespace-root',
  },
  {
    name: 'an address by netlink',
    code: `
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as s:
  s.send(struct.pack('IHHIIBBBBIHH4s', 32, 20, 0x505, 1, 0, 2, 8, 0, 0, 1, 8, 2, bytes([10, 9, 8, 7])))
  answer = struct.unpack_from('i', s.recv(4096), 16)[0]
if answer: raise OSError(-answer, '')`,
    control: 'namespace-root',
  },
  {
    name: 'connecting to an abstract socket of the host',
    code: `socket.socket(socket.AF_UNIX).connect('\\0' + os.environ['ABSTRACT'])`,
    refusal: 'ECONNREFUSED',
    control: 'user',
  },
  {
    name: 'connecting to a loopback port of the host',
    code: `socket.socket().connect(('127.0.0.1', int(os.environ['PORT'])))`,
    refusal: 'ECONNREFUSED',
    control: 'user',
  },
  {
    name: 'connecting to the world',
    code: `
s = socket.socket()
s.settimeout(2)
s.connect(('192.0.2.1', 80))`,
    refusal: 'ENETUNREACH',
  },
  {
    name: 'connecting to the metadata service of a cloud',
    code: `socket.socket().connect(('169.254.169.254', 80))`,
    refusal: 'ENETUNREACH',
  },
];
