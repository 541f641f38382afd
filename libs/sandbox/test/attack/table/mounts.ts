import { attackEach, type Attack } from '../attack.js';

const [MS_RDONLY, MS_REMOUNT, MS_BIND, MS_MOVE] = [1, 32, 4096, 8192];

/** What a file system is mounted for: a fresh /proc without masks, cgroups, the kernel's own. */
const FILE_SYSTEMS = ['tmpfs', 'proc', 'cgroup2', 'overlay', 'sysfs', 'mqueue', 'devpts'] as const;

/** Mounts, roots, and what they keep out of sight. */
export const MOUNT_ATTACKS: readonly Attack[] = [
  ...attackEach(FILE_SYSTEMS, (type) => ({
    name: `mount of ${type}`,
    code: `os.makedirs('at', exist_ok=True); call('mount', b'none', b'at', b'${type}', 0, b'')`,
    ...(type === 'tmpfs' ? { control: 'namespace-root' as const } : {}),
  })),
  {
    name: 'bind mount of the root',
    code: `os.makedirs('at', exist_ok=True); call('mount', b'/', b'at', b'', ${MS_BIND} | 16384, b'')`,
    control: 'namespace-root',
  },
  {
    name: 'remount of /usr for writing',
    code: `call('mount', b'', b'/usr', b'', ${MS_REMOUNT} | ${MS_BIND}, b'')`,
  },
  { name: 'remount of /proc for writing', code: `call('mount', b'', b'/proc', b'', ${MS_REMOUNT}, b'')` },
  {
    name: 'making a mount read-only',
    code: `call('mount', b'none', b'/dev/shm', b'tmpfs', ${MS_RDONLY}, b'')`,
    control: 'namespace-root',
  },
  { name: 'moving a mount', code: `call('mount', b'/proc', b'/tmp', b'', ${MS_MOVE}, b'')` },
  { name: 'umount of /proc', code: `call('umount2', b'/proc', 2)`, control: 'namespace-root' },
  { name: 'umount of a mask of /proc', code: `call('umount2', b'/proc/kcore', 2)` },
  {
    name: 'open_tree of the root',
    code: `call('open_tree', -100, b'/', 1 | 0x8000)`,
    control: 'namespace-root',
  },
  { name: 'fsopen', code: `call('fsopen', b'tmpfs', 0)`, control: 'namespace-root' },
  { name: 'fspick of the root', code: `call('fspick', -100, b'/', 0)` },
  { name: 'move_mount', code: `call('move_mount', -100, b'/proc', -100, b'/tmp', 0)` },
  { name: 'mount_setattr of the root', code: `call('mount_setattr', -100, b'/', 0x8000, bytes(32), 32)` },
  { name: 'pivot_root', code: `call('pivot_root', b'.', b'.')` },
  {
    name: 'chroot, and out of it by a directory held open',
    code: `
outside = os.open('/', os.O_RDONLY)
os.makedirs('jail', exist_ok=True)
call('chroot', b'jail')
os.fchdir(outside)`,
    control: 'namespace-root',
  },
  {
    name: 'open_by_handle_at',
    code: `call('open_by_handle_at', -100, struct.pack('II8s', 8, 1, bytes(8)), 0)`,
  },
  {
    name: 'reading a host file by its path',
    code: `take_canary(CANARY)`,
    refusal: 'ENOENT',
    control: 'user',
  },
  {
    name: 'reading a host file by dots above the root',
    code: `take_canary('../' * 64 + CANARY)`,
    refusal: 'ENOENT',
    control: 'user',
  },
  {
    name: 'reading a host file by a link',
    code: `
if not os.path.islink('link'): os.symlink(CANARY, 'link')
take_canary('link')`,
    refusal: 'ENOENT',
    control: 'user',
  },
  {
    name: 'reading a host file from the root of init',
    code: `take_canary('/proc/1/root' + CANARY)`,
    refusal: 'EACCES',
    control: 'namespace-root',
  },
  {
    name: 'reading a host file from the work directory of init',
    code: `take_canary('/proc/1/cwd/' + '../' * 64 + CANARY)`,
    refusal: 'EACCES',
    control: 'namespace-root',
  },
  {
    name: 'reading a host file from descriptors beyond the standard streams (CVE-2024-21626)',
    code: `
for fd in range(0, 256):
  for path in (f'/proc/self/fd/{fd}', f'/proc/self/fd/{fd}/' + '../' * 64 + CANARY):
    try:
      if os.path.isdir(f'/proc/self/fd/{fd}'): take_canary(path)
    except (OSError, Refused): continue
raise Refused('none-leads-out')`,
    refusal: 'none-leads-out',
  },
  {
    name: 'starting in a directory of the host (CVE-2024-21626)',
    code: `
if os.getcwd().startswith('(unreachable)'): raise SystemExit('outside')
take_canary('../' * 64 + CANARY)`,
    refusal: 'ENOENT',
    control: 'user',
  },
  {
    name: 'replacing /dev/null, which masks are made of (CVE-2025-31133)',
    code: `os.unlink('/dev/null'); os.symlink('/proc/sysrq-trigger', '/dev/null')`,
    refusal: 'EROFS',
  },
  {
    name: 'renaming over a mount point (CVE-2025-52881)',
    code: `os.makedirs('/tmp/proc', exist_ok=True); os.rename('/tmp/proc', '/proc')`,
    refusal: 'EXDEV',
  },
  {
    name: 'a console of its own making (CVE-2025-52565)',
    code: `os.symlink('/proc/kcore', '/dev/console')`,
    refusal: 'EROFS',
  },
  {
    // An overlay is read-only for everybody; a program that is bound is first of all not ours.
    name: 'overwriting a program of the host',
    code: `
try: write('/usr/bin/env', 'owned')
except OSError as error: unless(error.errno in (errno.EROFS, errno.EACCES), 'read-only')`,
    refusal: 'read-only',
  },
  { name: 'removing a program of the host', code: `os.unlink('/usr/bin/env')`, refusal: 'EROFS' },
  {
    name: 'changing the mode of a program of the host',
    code: `os.chmod('/usr/bin/env', 0o777)`,
    refusal: 'EROFS',
  },
  {
    name: 'changing times of the root that jobs share',
    code: `os.utime('/etc/passwd', (0, 0))`,
    refusal: 'EROFS',
  },
  {
    name: 'an attribute on the root that jobs share',
    code: `os.setxattr('/etc/passwd', 'user.owned', b'1')`,
    refusal: 'EROFS',
  },
  { name: 'a hard link to a program of the host', code: `os.link('/usr/bin/env', 'env')`, refusal: 'EXDEV' },
];
