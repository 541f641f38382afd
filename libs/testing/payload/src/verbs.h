/*
 * Every verb of the payload program: name, function, arguments, meaning. To add one: a line here and a
 * function verb_… in the file of its facility. Unless its meaning says otherwise a verb prints what it says,
 * on stdout, and exits 0; it exits 1 after a failure named on stderr. A wrong call exits 2.
 *
 * A verb `try-…` attempts one thing a payload must not be able to do. It prints `allowed` and exits 0, or
 * prints `refused ERRNO` and exits 1. What it was allowed to do it undoes, as far as that is possible.
 */
#ifndef PAYLOAD_VERBS_H
#define PAYLOAD_VERBS_H

#define VERBS(X)                                                                                             \
  /* end.c: ways to end, and not to */                                                                       \
  X ("true", true, "", "exits 0 without a word")                                                             \
  X ("exit", exit, "CODE", "exits with CODE, without a word")                                                \
  X ("kill-self", kill_self, "SIGNAL",                                                                       \
     "ends by SIGNAL (a number, or a name such as KILL); prints `survived` if not")                          \
  X ("stop-self", stop_self, "", "stops by SIGSTOP; prints `continued` once continued")                      \
  X ("stop-and-continue", stop_and_continue, "MS",                                                           \
     "stops by SIGSTOP until a child continues it after MS; prints `continued`")                             \
  X ("ignore-sigterm", ignore_sigterm, "", "ignores every signal it can, prints `ignoring`, waits for ever") \
  X ("sleep", sleep, "MS", "sleeps, without a word")                                                         \
  X ("pause", pause, "", "waits for ever, without a word")                                                   \
  X ("select-forever", select_forever, "", "waits for ever in select(2), without a word")                    \
  /* stream.c: standard input and output */                                                                  \
  X ("echo", echo, "[TEXT]…", "prints its arguments, a space between, a newline after")                      \
  X ("cat", cat, "", "copies stdin to stdout")                                                               \
  X ("fill-stdout", fill_stdout, "BYTES", "writes BYTES times `x`, no newline")                              \
  X ("flood-stdout", flood_stdout, "", "writes `x` for ever, no newline")                                    \
  X ("flood-stderr", flood_stderr, "", "writes `x` to stderr for ever, no newline")                          \
  X ("chatter", chatter, "MS N", "N times, writes `x` and sleeps MS")                                        \
  /* memory.c: more than its share of memory, held for MS */                                                 \
  X ("memory-hog", memory_hog, "BYTES [MS]", "touches BYTES of its own; prints `touched BYTES ERRNO|none`")  \
  X ("shared-map", shared_map, "BYTES [MS]", "as memory-hog, in anonymous maps that could be shared")        \
  X ("memory-children", memory_children, "N BYTES [MS]",                                                     \
     "holds N children that touch BYTES each; prints their sum as memory-hog")                               \
  X ("shrinking-pool", shrinking_pool, "N BYTES MS",                                                         \
     "touches BYTES that N children share, who end one by one every MS; prints `touched BYTES none`")        \
  X ("memfd-fill", memfd_fill, "BYTES [MS]", "writes to a memfd; prints `wrote BYTES ERRNO|none`")           \
  X ("memfd-map", memfd_map, "BYTES [MS]", "touches a map of a memfd; prints `touched BYTES ERRNO|none`")    \
  X ("sysv-fill", sysv_fill, "BYTES [MS]",                                                                   \
     "touches SysV segments and detaches them; prints `touched BYTES ERRNO|none`")                           \
  X ("pipe-fill", pipe_fill, "BYTES [MS]",                                                                   \
     "leaves at least BYTES in pipes; prints `filled BYTES ERRNO|none`")                                     \
  /* kernel-memory.c: memory of the kernel, held for MS */                                                   \
  X ("semaphores", semaphores, "SETS [MS]",                                                                  \
     "makes SETS large sets of SysV semaphores; prints `made COUNT ERRNO|none`")                             \
  X ("message-queues", message_queues, "QUEUES [MS]",                                                        \
     "fills QUEUES SysV message queues; prints `made COUNT ERRNO|none`")                                     \
  X ("page-tables", page_tables, "BYTES [MS]",                                                               \
     "makes the kernel keep BYTES of page tables; prints `mapped BYTES none`")                               \
  /* sweep.c: every system call */                                                                           \
  X ("sweep-syscalls", sweep_syscalls, "FIRST LAST",                                                         \
     "tries each system call in a child, with arguments that lead nowhere; prints `NUMBER "                  \
     "ERRNO|none|SIGNAL`")                                                                                   \
  X ("try-foreign-call", try_foreign_call, "", "a system call of the 32-bit ABI")                            \
  /* swarm.c: more than its share of processes, held for MS */                                               \
  X ("fork-bomb", fork_bomb, "N [MS]", "holds N children at once; prints `forked COUNT ERRNO|none`")         \
  X ("fork-tree", fork_tree, "DEPTH",                                                                        \
     "forks two children that fork two, DEPTH times; prints `forked COUNT ERRNO|none`")                      \
  X ("fork-storm", fork_storm, "", "forks for ever, and so does every child: for a cell alone")              \
  X ("thread-bomb", thread_bomb, "N [MS]", "holds N threads at once; prints `started COUNT ERRNO|none`")     \
  /* cpu.c: more than its share of CPU time, or very little */                                               \
  X ("busy-loop", busy_loop, "", "uses CPU time for ever, without a word")                                   \
  X ("busy-threads", busy_threads, "N", "as busy-loop, in N threads")                                        \
  X ("busy-children", busy_children, "N", "as busy-loop, in N children")                                     \
  X ("burn-cpu", burn_cpu, "MS", "uses MS of CPU time; prints `burned MS`")                                  \
  X ("burn-children", burn_children, "N MS",                                                                 \
     "N children use MS of CPU time each; prints `burned MS`, their sum")                                    \
  X ("burn-unreaped", burn_unreaped, "MS",                                                                   \
     "short-lived children that nobody waits for use MS of CPU time; prints `burned MS`")                    \
  X ("heartbeat", heartbeat, "US", "uses US microseconds of CPU time every 10 ms for ever, without a word")  \
  /* daemon.c: outliving the main process */                                                                 \
  X ("traced-end", traced_end, "", "exits 0, but a child that traces it keeps its end back for ever")        \
  X ("double-fork-setsid", double_fork_setsid, "",                                                           \
     "leaves a daemon in a session of its own; prints `daemon PID`")                                         \
  X ("hold-stdout", hold_stdout, "", "as double-fork-setsid; the daemon keeps stdout and stderr open")       \
  /* look.c: what a process can see of itself and others */                                                  \
  X ("list-fds", list_fds, "", "prints `FD TARGET` for each open descriptor")                                \
  X ("namespaces", namespaces, "", "prints `KIND LINK` for each of /proc/self/ns")                           \
  X ("ids", ids, "", "prints uids, gids, groups, and of /proc/self/status: Cap*, NoNewPrivs, Seccomp")       \
  X ("mounts", mounts, "", "prints /proc/self/mountinfo")                                                    \
  X ("processes", processes, "", "prints `PID COMM` for each process of /proc")                              \
  X ("environ", environ, "", "prints the environment, one entry a line")                                     \
  X ("interfaces", interfaces, "", "prints `NAME FLAGS` (hexadecimal, netdevice(7)) for each interface")     \
  /* namespace.c: leaving the cell's view of the system */                                                   \
  X ("try-mount", try_mount, "", "mount(2) of a tmpfs on a new directory")                                   \
  X ("try-umount", try_umount, "PATH", "umount2(2), detached; is not undone")                                \
  X ("try-chroot", try_chroot, "", "chroot(2) to the current directory")                                     \
  X ("try-pivot-root", try_pivot_root, "", "pivot_root(2) to the current directory; is not undone")          \
  X ("try-unshare-user", try_unshare_user, "", "unshare(2) of the user namespace")                           \
  X ("try-setns", try_setns, "PID", "setns(2) into any namespace of PID")                                    \
  X ("try-sethostname", try_sethostname, "", "sethostname(2) to the name it has")                            \
  X ("try-mknod", try_mknod, "", "mknod(2) of a character device in the current directory")                  \
  /* process.c: reaching other processes */                                                                  \
  X ("try-kill", try_kill, "PID SIGNAL",                                                                     \
     "kill(2); is not undone. Pid 1 of a namespace drops it, yet it is `allowed`: pid_namespaces(7)")        \
  X ("try-ptrace", try_ptrace, "PID", "ptrace(2), PTRACE_ATTACH")                                            \
  X ("try-open-proc-mem", try_open_proc_mem, "PID",                                                          \
     "open(2) of /proc/PID/mem, for writing or else for reading")                                            \
  X ("try-tiocsti", try_tiocsti, "", "ioctl_tty(2), TIOCSTI, on the controlling terminal or stdin")          \
  X ("try-keyctl", try_keyctl, "", "add_key(2) to a keyring of the process")                                 \
  /* privilege.c: gaining rights */                                                                          \
  X ("try-prlimit", try_prlimit, "PID", "prlimit(2): sets the CPU limit of PID to what it is")               \
  X ("try-setuid", try_setuid, "UID", "setresuid(2)")                                                        \
  X ("try-setgroups", try_setgroups, "", "setgroups(2) to none")                                             \
  X ("try-raise-rlimit", try_raise_rlimit, "", "setrlimit(2) of any hard limit to one more")                 \
  /* file.c: files */                                                                                        \
  X ("try-read", try_read, "PATH", "open(2) and read(2), or getdents64(2) of a directory")                   \
  X ("try-write", try_write, "PATH [TEXT]",                                                                  \
     "open(2) for writing, making PATH if it is missing; writes TEXT")                                       \
  X ("fill-disk", fill_disk, "DIRECTORY", "writes files until it cannot; prints `wrote BYTES ERRNO`")        \
  X ("many-files", many_files, "DIRECTORY N", "makes N empty files; prints `made COUNT ERRNO|none`")         \
  X ("big-file", big_file, "PATH BYTES",                                                                     \
     "writes a file; prints `wrote BYTES ERRNO|none` unless SIGXFSZ ends it")                                \
  X ("sparse-file", sparse_file, "PATH BYTES",                                                               \
     "makes a file of nothing but a hole and reads it; prints `read BYTES ERRNO|none`")                      \
  X ("sparse-map", sparse_map, "PATH BYTES [MS]", "as sparse-file, through a map, held for MS")              \
  X ("symlink-escape", symlink_escape, "",                                                                   \
     "leaves links out of the current directory and a FIFO; prints names")                                   \
  /* socket.c: sockets */                                                                                    \
  X ("try-socket", try_socket, "DOMAIN", "socket(2) of that address family, a number; stream or else raw")   \
  X ("try-io-uring", try_io_uring, "", "io_uring_setup(2)")                                                  \
  X ("abstract-listen", abstract_listen, "NAME",                                                             \
     "prints `listening`, takes one connection, prints `connected`")                                         \
  X ("abstract-connect", abstract_connect, "NAME", "as a try: connects to an abstract unix socket")          \
  X ("connect-loopback", connect_loopback, "PORT", "as a try: connects to 127.0.0.1")

#define DECLARE(name, function, arguments, meaning) int verb_##function (char **args);
VERBS (DECLARE)
#undef DECLARE

#endif
