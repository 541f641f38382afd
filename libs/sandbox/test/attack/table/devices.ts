import { attackEach, type Attack } from '../attack.js';

/** Nodes that a host may have and no cell does. */
const ABSENT = [
  '/sys',
  '/dev/kmsg',
  '/dev/mem',
  '/dev/port',
  '/dev/kvm',
  '/dev/fuse',
  '/dev/net/tun',
  '/dev/loop-control',
  '/dev/loop0',
  '/dev/vda',
  '/dev/sda',
  '/dev/ptmx',
  '/dev/pts',
  '/dev/console',
  '/dev/vsock',
  '/dev/userfaultfd',
  '/dev/mqueue',
  '/dev/hugepages',
  '/run',
  '/var',
  '/root',
  '/home',
  '/boot',
] as const;

const [CHARACTER, BLOCK, FIFO] = ['0o020600', '0o060600', '0o010600'];
/** Major and minor numbers (the kernel's admin-guide/devices.rst). */
const NODES = [
  ['mem', CHARACTER, 1, 1],
  ['kmsg', CHARACTER, 1, 11],
  ['a disk', BLOCK, 8, 0],
  ['a loop device', BLOCK, 7, 0],
  ['fuse', CHARACTER, 10, 229],
] as const;

/** Devices, terminals, and file systems of the host that are not shown. */
export const DEVICE_ATTACKS: readonly Attack[] = [
  ...attackEach(ABSENT, (path) => ({
    name: `opening ${path}`,
    code: `os.open('${path}', os.O_RDONLY)`,
    refusal: 'ENOENT',
  })),
  ...attackEach(NODES, ([device, mode, major, minor]) => ({
    name: `making a node of ${device}`,
    code: `os.mknod('node', ${mode}, os.makedev(${major}, ${minor}))`,
    refusal: 'EACCES',
  })),
  {
    name: 'making a node that is no device, and then one',
    code: `os.mknod('pipe', ${FIFO}); os.rename('pipe', 'node'); os.mknod('/dev/shm/node', ${BLOCK}, os.makedev(7, 0))`,
    refusal: 'EACCES',
  },
  { name: 'opening the terminal of the worker', code: `os.open('/dev/tty', os.O_RDWR)`, refusal: 'ENOENT' },
  { name: 'typing into a terminal (CVE-2017-5226)', code: `call('ioctl', 0, 0x5412, b'x')` },
  {
    name: 'typing into a terminal with bits above the request (CVE-2019-10063)',
    code: `call('ioctl', 0, 0x5412 | 1 << 32, b'x')`,
  },
  { name: 'pasting into a console', code: `call('ioctl', 0, 0x541c, b'\\3')` },
  { name: 'taking a controlling terminal', code: `call('ioctl', 0, 0x540e, 1)`, refusal: 'ENOTTY' },
  {
    name: 'crediting entropy of the host',
    code: `fcntl.ioctl(os.open('/dev/random', os.O_RDONLY), 0x40045201, struct.pack('i', 8))`,
  },
  { name: 'changing the mode of a device of the host', code: `os.chmod('/dev/null', 0)`, refusal: 'EROFS' },
];
