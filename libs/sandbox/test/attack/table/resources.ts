import type { Attack } from '../attack.js';

/** cgroups, and what the kernel counts by uid, which payloads of a plain user's worker share with it. */
export const RESOURCE_ATTACKS: readonly Attack[] = [
  { name: 'reaching cgroups', code: `os.listdir('/sys/fs/cgroup')`, refusal: 'ENOENT' },
  {
    name: 'a release agent (CVE-2022-0492)',
    code: `
for line in read('/proc/self/mountinfo').decode().splitlines():
  if ' - cgroup' in line: raise SystemExit(line)
write('/sys/fs/cgroup/release_agent', '/box/owned')`,
    refusal: 'ENOENT',
  },
  {
    name: 'seeing where its cgroup is (CVE-2023-25809)',
    code: `
paths = {line.rsplit(':', 1)[1] for line in read('/proc/self/cgroup').decode().split()}
unless(paths <= {'/'}, 'root-of-its-own')`,
    refusal: 'root-of-its-own',
  },
  {
    name: 'watching what the host executes, by inotify',
    code: `call('inotify_init1', 0)`,
    refusal: 'ENOSYS',
    control: 'user',
  },
  {
    name: 'watching what the host executes, by a notification of a directory',
    code: `fcntl.fcntl(os.open('/usr/bin', os.O_RDONLY), fcntl.F_NOTIFY, fcntl.DN_ACCESS)`,
    refusal: 'EINVAL',
    control: 'user',
  },
  {
    name: 'making the host write its disks, without end',
    code: `
import time
call('sync')
begin, calls = time.monotonic(), 0
while time.monotonic() - begin < 0.3: os.sync(); calls += 1
unless(calls > 20000, 'nothing-done')`,
    refusal: 'nothing-done',
    control: 'user',
  },
  {
    name: 'a lease on a file of the host',
    code: `fcntl.fcntl(os.open('/usr/bin/env', os.O_RDONLY), fcntl.F_SETLEASE, fcntl.F_RDLCK)`,
    refusal: 'EACCES',
  },
  {
    name: 'POSIX message queues',
    code: `checked(ctypes.CDLL('librt.so.1', use_errno=True).mq_open(b'/owned', os.O_CREAT | os.O_RDWR, 0o600, 0))`,
    refusal: 'EMFILE',
    control: 'namespace-root',
  },
  {
    name: 'timers without end',
    code: `
timer = ctypes.c_int()
for _ in range(4000): call('timer_create', 1, 0, ctypes.byref(timer))`,
    refusal: 'EAGAIN',
  },
  {
    name: 'locking memory',
    code: `call('mmap', 0, 1 << 20, 3, 0x2022, -1, 0); call('mlockall', 1)`,
    refusal: 'EAGAIN',
  },
  { name: 'huge pages of the host', code: `call('mmap', 0, 1 << 21, 3, 0x40022, -1, 0)` },
  { name: 'huge pages of the host, in a memfd', code: `call('memfd_create', b'huge', 4)` },
  { name: 'pseudo-terminals', code: `os.openpty()`, refusal: 'ENOENT' },
  {
    name: 'more descriptors than its limit',
    code: `
fds = []
for _ in range(100000): fds.append(os.dup(0))`,
    refusal: 'EMFILE',
  },
  {
    name: 'more processes than its limit',
    code: `
for _ in range(1000):
  if os.fork() == 0: signal.pause()`,
    refusal: 'EAGAIN',
  },
  {
    name: 'more files than its limit',
    code: `
for number in range(20000): open(f'/dev/shm/{number}', 'w').close()`,
    refusal: 'ENOSPC',
  },
  {
    name: 'more bytes in /dev/shm than its limit',
    code: `
with open('/dev/shm/a', 'wb', 0) as first, open('/tmp/b', 'wb', 0) as second:
  for _ in range(40): first.write(bytes(1 << 20)); second.write(bytes(1 << 20))`,
    refusal: 'ENOSPC',
  },
];
