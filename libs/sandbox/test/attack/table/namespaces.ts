import { attackEach, type Attack, type Control } from '../attack.js';

/** Flags of clone(2) and unshare(2). */
const NAMESPACES: readonly (readonly [kind: string, flag: string, control?: Control])[] = [
  ['user', '0x10000000', 'user'],
  ['mount', '0x00020000', 'namespace-root'],
  ['pid', '0x20000000', 'namespace-root'],
  ['network', '0x40000000', 'namespace-root'],
  ['ipc', '0x08000000', 'namespace-root'],
  ['uts', '0x04000000', 'namespace-root'],
  ['cgroup', '0x02000000', 'namespace-root'],
];

/** New namespaces, and entering those of others. */
export const NAMESPACE_ATTACKS: readonly Attack[] = [
  ...attackEach(NAMESPACES, ([kind, flag, control]) => ({
    name: `unshare of a ${kind} namespace`,
    code: `call('unshare', ${flag})`,
    ...(control === undefined ? {} : { control }),
  })),
  { name: 'unshare of a time namespace', code: `call('unshare', 0x80)`, control: 'namespace-root' },
  ...attackEach(NAMESPACES, ([kind, flag, control]) => ({
    name: `clone into a new ${kind} namespace`,
    code: `os.waitpid(clone(${flag}), 0)`,
    ...(control === undefined ? {} : { control }),
  })),
  {
    name: 'unshare of a user namespace with bits above the flags',
    code: `call('unshare', 0x10000000 | 1 << 32)`,
  },
  {
    name: 'clone3 into a new user namespace',
    code: `
pid = call('clone3', struct.pack('11Q', 0x10000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0), 88)
if pid == 0: os._exit(0)
os.waitpid(pid, 0)`,
    refusal: 'ENOSYS',
    control: 'user',
  },
  ...attackEach(['user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'], (kind) => ({
    name: `opening the ${kind} namespace of init`,
    code: `os.open('/proc/1/ns/${kind}', os.O_RDONLY)`,
    refusal: 'EACCES',
    control: 'namespace-root' as const,
  })),
  {
    name: 'setns into a namespace',
    code: `call('setns', os.open('/proc/self/ns/uts', os.O_RDONLY), 0)`,
    control: 'namespace-root',
  },
  { name: 'setns by a pidfd of init', code: `call('setns', call('pidfd_open', INIT, 0), 0x00020000)` },
  {
    name: 'asking for the pid namespace above',
    code: `fcntl.ioctl(os.open('/proc/self/ns/pid', os.O_RDONLY), 0xb702)`,
  },
  {
    name: 'asking for the user namespace above',
    code: `fcntl.ioctl(os.open('/proc/self/ns/user', os.O_RDONLY), 0xb702)`,
  },
  { name: 'setting the host name', code: `call('sethostname', b'owned', 5)`, control: 'namespace-root' },
  { name: 'setting the domain name', code: `call('setdomainname', b'owned', 5)`, control: 'namespace-root' },
  { name: 'writing a uid map', code: `write('/proc/self/uid_map', '0 0 1')`, refusal: 'EROFS' },
];
