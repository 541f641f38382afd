import { attackEach, type Attack } from '../attack.js';

/** Settings of the whole host that programs run by, or that its safety stands on. */
const SYSCTLS = [
  'kernel/core_pattern',
  'kernel/modprobe',
  'kernel/hostname',
  'kernel/randomize_va_space',
  'kernel/yama/ptrace_scope',
  'vm/overcommit_memory',
  'vm/drop_caches',
  'net/ipv4/ip_forward',
  'user/max_user_namespaces',
  'user/max_inotify_instances',
  'fs/protected_symlinks',
] as const;

const MASKED = ['kcore', 'keys', 'timer_list', 'interrupts'] as const;

/** Calls that no argument makes harmless. On a kernel or machine without them they fail all the same. */
const FORBIDDEN = [
  ['bpf', '0, bytes(128), 128'],
  ['perf_event_open', 'bytes(128), 0, -1, -1, 0'],
  ['kexec_load', '0, 0, 0, 0'],
  ['init_module', 'b"", 0, b""'],
  ['finit_module', '0, b"", 0'],
  ['delete_module', 'b"loop", 2048'],
  ['reboot', '0xfee1dead, 672274793, 0, 0'],
  ['syslog', '3, bytes(16), 16'],
  ['acct', '0'],
  ['swapon', 'b"/box", 0'],
  ['quotactl', '0, 0, 0, 0'],
  ['settimeofday', '0, 0'],
  ['clock_settime', '0, bytes(16)'],
  ['clock_adjtime', '0, bytes(256)'],
  ['fanotify_init', '0, 0'],
  ['mbind', '0, 0, 0, 0, 0, 0'],
  ['name_to_handle_at', '-100, b"/", bytes(128), bytes(4), 0'],
  ['personality', '0x0400000'],
  ['vhangup', ''],
] as const;

/** What the C library or a program tries and does without. */
const ABSENT = [
  ['io_uring_setup', '1, bytes(120)'],
  ['io_setup', '1, bytes(8)'],
  ['userfaultfd', '1'],
  ['memfd_secret', '0'],
  ['add_key', 'b"user", b"k", b"v", 1, -2'],
  ['request_key', 'b"user", b"k", 0, -2'],
  ['keyctl', '0, -3, 1'],
] as const;

/** The kernel itself: its settings, its memory, and calls that reach far into it. */
export const KERNEL_ATTACKS: readonly Attack[] = [
  ...attackEach(FORBIDDEN, ([name, values]) => ({
    name: `system call ${name}`,
    code: `call('${name}'${values === '' ? '' : `, ${values}`})`,
  })),
  ...attackEach(ABSENT, ([name, values]) => ({
    name: `system call ${name}`,
    code: `call('${name}', ${values})`,
    refusal: 'ENOSYS',
    ...(name === 'keyctl' ? { control: 'user' as const } : {}),
  })),
  ...attackEach(SYSCTLS, (name) => ({
    name: `writing the setting ${name}`,
    code: `write(existing('/proc/sys/${name}', '/proc/sys/kernel/hostname'), '0')`,
    refusal: 'EROFS',
  })),
  {
    name: 'writing sysrq-trigger',
    code: `write(existing('/proc/sysrq-trigger', '/proc/sys/kernel/hostname'), 'h')`,
    refusal: 'EROFS',
  },
  ...attackEach(MASKED, (name) => ({
    name: `reading /proc/${name}`,
    code: `read(existing('/proc/${name}', '/proc/keys'))`,
    refusal: 'EACCES',
    ...(name === 'keys' || name === 'interrupts' ? { control: 'user' as const } : {}),
  })),
  {
    name: 'registering a binary format',
    code: `write('/proc/sys/fs/binfmt_misc/register', ':owned:M::owned::/box/owned:')`,
    refusal: 'ENOENT',
  },
  {
    name: 'a filter of its own that would allow what ours refuses',
    code: `
allow = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0x7fff0000))
program = ctypes.create_string_buffer(struct.pack('HP', 1, ctypes.addressof(allow)))
prctl(22, 2, ctypes.addressof(program))
call('unshare', 0x10000000)`,
  },
];
