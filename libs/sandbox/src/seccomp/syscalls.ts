/**
 * System calls by what they are for (syscalls(2)). What ordinary programs need and what can harm only who calls them is
 * in one of these groups; everything else is allowed by no built-in profile.
 */
const GROUPS = {
  files: `
    read write open close stat fstat lstat lseek pread64 pwrite64 readv writev access sendfile fcntl flock fsync
    fdatasync truncate ftruncate getdents getdents64 getcwd chdir fchdir rename mkdir rmdir creat link unlink symlink
    readlink chmod fchmod chown fchown lchown umask utime utimes futimesat utimensat mknod mknodat statfs fstatfs
    readahead setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
    removexattr lremovexattr fremovexattr openat openat2 mkdirat fchownat newfstatat unlinkat renameat renameat2
    linkat symlinkat readlinkat fchmodat fchmodat2 faccessat faccessat2 splice tee vmsplice sync_file_range fallocate
    fadvise64 preadv pwritev preadv2 pwritev2 copy_file_range statx close_range dup dup2 dup3 pipe pipe2 ioctl cachestat`,
  waiting: `
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2`,
  memory: `
    mprotect munmap brk mremap msync mincore madvise mlock mlock2 munlock mlockall munlockall remap_file_pages
    pkey_mprotect pkey_alloc pkey_free membarrier get_mempolicy map_shadow_stack`,
  processes: `
    fork vfork exit exit_group wait4 waitid set_tid_address set_robust_list get_robust_list futex futex_waitv futex_wake
    futex_wait futex_requeue rseq restart_syscall prctl arch_prctl sched_yield sched_getparam sched_setparam
    sched_getscheduler sched_setscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval
    sched_getaffinity sched_setaffinity sched_getattr sched_setattr getpriority setpriority ioprio_get ioprio_set
    prlimit64 getrlimit setrlimit getrusage times sysinfo uname getcpu getpid getppid gettid getpgrp getpgid setpgid
    getsid setsid pidfd_open seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self`,
  programs: `execve execveat`,
  identity: `
    getuid geteuid getgid getegid getresuid getresgid getgroups setuid setgid setreuid setregid setresuid setresgid
    setfsuid setfsgid setgroups capget capset`,
  signals: `
    kill tkill tgkill pause rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigqueueinfo
    rt_tgsigqueueinfo rt_sigsuspend sigaltstack signalfd signalfd4 pidfd_send_signal`,
  time: `
    nanosleep clock_nanosleep getitimer setitimer alarm gettimeofday time clock_gettime clock_getres timer_create
    timer_settime timer_gettime timer_getoverrun timer_delete timerfd_create timerfd_settime timerfd_gettime`,
  random: `getrandom`,
  ipc: `
    shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_timedsend
    mq_timedreceive mq_notify mq_getsetattr`,
  sockets: `
    connect accept accept4 sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg shutdown bind listen getsockname getpeername
    setsockopt getsockopt`,
  tracing: `ptrace`,
} as const;

export type SyscallGroup = keyof typeof GROUPS;

/** Names of the calls in a group. */
export function syscallsIn(group: SyscallGroup): readonly string[] {
  return GROUPS[group].trim().split(/\s+/);
}

/**
 * Calls that programs try and can do without if the kernel does not have them: they fail with ENOSYS, not EPERM, so that
 * their C library falls back. clone3(2) hides its flags from filters; inotify(7) would tell which programs of the shown /usr the host and other
 * cells use.
 */
export const ABSENT_CALLS: readonly string[] = `
  clone3 add_key request_key keyctl io_uring_setup io_uring_enter io_uring_register io_setup io_destroy io_getevents
  io_submit io_cancel io_pgetevents memfd_secret userfaultfd
  inotify_init inotify_init1 inotify_add_watch inotify_rm_watch`
  .trim()
  .split(/\s+/);

/** Refused to each program with threads, which makes them by clone(2) then: a word about it would only be in the way. */
export const UNREMARKABLE_CALLS: readonly string[] = ['clone3'];

/** Calls that are answered as done. The files of a cell are in memory: only disks of the host would have to write. */
export const DONE_CALLS: readonly string[] = ['sync', 'syncfs'];

/**
 * Calls that an operator's profile cannot allow: they change what the cell is made of, look into other processes or into
 * the kernel, or are large parts of the kernel that no ordinary program needs. (Namespaces by clone(2) and unshare(2)
 * are kept out by init's user namespace too.)
 */
export const FORBIDDEN_CALLS: readonly string[] = `
  mount umount2 pivot_root chroot setns unshare clone3 open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr
  bpf perf_event_open userfaultfd kexec_load kexec_file_load init_module finit_module delete_module open_by_handle_at
  add_key request_key keyctl io_uring_setup io_uring_enter io_uring_register process_vm_readv process_vm_writev reboot
  swapon swapoff acct settimeofday clock_settime sethostname setdomainname iopl ioperm`
  .trim()
  .split(/\s+/);
