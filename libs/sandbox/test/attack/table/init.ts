import { attackEach, type Attack } from '../attack.js';

/** What the kernel shows of a process to those who may trace it. */
const SECRETS = ['mem', 'environ', 'maps', 'smaps', 'auxv', 'pagemap', 'exe', 'task/1/mem'] as const;
const DIRECTORIES = ['fd', 'fdinfo', 'map_files', 'root/', 'cwd/', 'ns'] as const;

/** The init of the cell, which has the payload's uid: reading it, changing it, slowing it down, ending it. */
export const INIT_ATTACKS: readonly Attack[] = [
  ...attackEach(SECRETS, (name) => ({
    name: `reading /proc/1/${name}`,
    code: `os.open('/proc/1/${name}', os.O_RDONLY)`,
    refusal: 'EACCES',
  })),
  { name: 'reading /proc/1/io', code: `read('/proc/1/io')`, refusal: 'EACCES' },
  { name: 'reading /proc/1/syscall', code: `read('/proc/1/syscall')` },
  ...attackEach(DIRECTORIES, (name) => ({
    name: `listing /proc/1/${name}`,
    code: `[os.readlink(f'/proc/1/${name}/{entry}') for entry in os.listdir('/proc/1/${name}')]`,
    refusal: 'EACCES',
  })),
  {
    name: 'overwriting the program of init (CVE-2019-5736)',
    code: `os.open('/proc/1/exe', os.O_WRONLY)`,
    refusal: 'EACCES',
  },
  { name: 'ptrace of init', code: `call('ptrace', 16, INIT, 0, 0)` },
  { name: 'ptrace of init without stopping it', code: `call('ptrace', 0x4206, INIT, 0, 0)` },
  {
    name: 'process_vm_readv of init',
    code: `
buffer = ctypes.create_string_buffer(8)
local = struct.pack('PN', ctypes.addressof(buffer), 8)
call('process_vm_readv', INIT, local, 1, struct.pack('PN', 0x400000, 8), 1, 0)`,
  },
  {
    name: 'process_vm_writev of init',
    code: `call('process_vm_writev', INIT, bytes(16), 1, bytes(16), 1, 0)`,
  },
  { name: 'pidfd_getfd of init', code: `call('pidfd_getfd', call('pidfd_open', INIT, 0), 3, 0)` },
  {
    name: 'process_madvise of init',
    code: `call('process_madvise', call('pidfd_open', INIT, 0), 0, 0, 21, 0)`,
  },
  { name: 'process_mrelease of init', code: `call('process_mrelease', call('pidfd_open', INIT, 0), 0)` },
  { name: 'move_pages of init', code: `call('move_pages', INIT, 0, 0, 0, 0, 0)`, control: 'namespace-root' },
  { name: 'kcmp with init', code: `call('kcmp', os.getpid(), INIT, 0, 0, 0)`, control: 'namespace-root' },
  {
    name: 'the list of robust futexes of init',
    code: `call('get_robust_list', INIT, bytes(8), bytes(8))`,
  },
  { name: 'prlimit of init', code: `call('prlimit64', INIT, 7, struct.pack('QQ', 0, 0), 0)` },
  { name: 'renice of init', code: `os.setpriority(os.PRIO_PROCESS, INIT, 19)` },
  { name: 'renice of every process of the uid', code: `os.setpriority(os.PRIO_USER, 0, 19)` },
  { name: 'idle scheduling of init', code: `os.sched_setscheduler(INIT, os.SCHED_IDLE, os.sched_param(0))` },
  { name: 'pinning init to one core', code: `os.sched_setaffinity(INIT, {0})` },
  { name: 'idle I/O of init', code: `call('ioprio_set', 1, INIT, 3 << 13)` },
  {
    name: 'idle I/O of init with bits above its pid',
    code: `call('ioprio_set', 1, INIT | 1 << 32, 3 << 13)`,
  },
  {
    name: 'every signal to init',
    code: `
for number in range(1, 65):
  try: os.kill(INIT, number)
  except OSError: pass
in_vain()`,
    refusal: 'in-vain',
  },
  {
    name: 'every queued signal to init, by pidfd',
    code: `
init = call('pidfd_open', INIT, 0)
for number in range(1, 65):
  try: signal.pidfd_send_signal(init, number)
  except OSError: pass
in_vain()`,
    refusal: 'in-vain',
  },
  {
    name: 'a signal of an open file to init',
    code: `
reading, writing = os.pipe()
fcntl.fcntl(reading, fcntl.F_SETOWN, INIT)
fcntl.fcntl(reading, 10, signal.SIGKILL)
fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC)
os.write(writing, b'x')
in_vain()`,
    refusal: 'in-vain',
  },
  {
    name: 'ends of siblings with a signal that kills init',
    code: `
for number in (9, 19, 6, 11): clone(0x8000, number)
in_vain()`,
    refusal: 'in-vain',
  },
  {
    name: 'signals to every pid there could be',
    code: `
for pid in range(1, 70000):
  try: os.kill(pid, signal.SIGURG)
  except OSError: continue
  if pid not in (INIT, os.getpid()): raise SystemExit(f'{pid} is there')
in_vain()`,
    refusal: 'in-vain',
  },
  { name: 'perf_event_open of init', code: `call('perf_event_open', bytes(128), INIT, -1, -1, 0)` },
];
