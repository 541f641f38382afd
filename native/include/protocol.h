/*
 * What the worker and `init` say to each other, and nothing else: both sides include this file, and
 * libs/sandbox/src/native/protocol.ts repeats it in the same order.
 *
 * Two kinds of socket, both SOCK_SEQPACKET (unix(7)), both held by the worker at one end:
 *
 *   control   one a slot, from launch to death.
 *             worker -> slot init: BUILD, then OPEN_CELL and, to refresh the root, BUILD any number of times
 *   cell      one a cell, made by the worker and handed over with OPEN_CELL.
 *             worker -> cell init: PUT_FILES, RUN_STEP, RELEASE_STEP, PROGRESS, KILL, GET_FILES
 *
 * The worker speaks first. It need not wait for an answer before it sends on: messages queue in the socket,
 * even before the cell exists. Every answer is one `struct sbx_report`. End of file on `control` ends the
 * slot with everything in it; end of file on a cell's socket ends that cell. End of file at the worker's end
 * means that the other side is dead.
 *
 * A message is a `struct sbx_frame` followed by its body; a body above SBX_INLINE_BYTES travels in a memfd,
 * which is then the first descriptor passed (SCM_RIGHTS). Integers are in host order. In bodies a string is
 * its length (u32, without the NUL), its bytes and a NUL; a list is its count (u32) and its elements.
 */
#ifndef SANDLOT_PROTOCOL_H
#define SANDLOT_PROTOCOL_H

#include <stdint.h>

#define SBX_INLINE_BYTES 32768u
#define SBX_BODY_BYTES (96u << 20)
#define SBX_MAX_FDS 7

/* Requests, and what follows in body and descriptors. */
enum sbx_request
{
  SBX_BUILD = 1,        /* plan: list of operations; later ones change what was built                     */
  SBX_OPEN_CELL = 2,    /* u32 cell, plan                          fds: cell socket [, cgroup directory]  */
  SBX_PUT_FILES = 3,    /* list of { path, u32 mode, bytes }                                              */
  SBX_RUN_STEP = 4,     /* see the end of this file                fds: stdin, stdout, stderr [, two more of a
                           held step] [, cpu.stat]                                                            */
  SBX_KILL = 5,         /* nothing                                                                        */
  SBX_PROGRESS = 6,     /* nothing: the step has written output, so it is not idle                        */
  SBX_GET_FILES = 7,    /* see the end of this file                fds: pipe to write to                  */
  SBX_RELEASE_STEP = 8, /* see the end of this file             fds: [cpu.stat]                        */
};

struct sbx_frame
{
  uint32_t request;
  uint32_t length;     /* of the body, in bytes */
  uint32_t body_in_fd; /* 1: the body is in the first descriptor */
  uint32_t reserved;
};

/* Operations of a plan, in the order of their arguments. Paths are relative to the root being built. */
#define SBX_OPERATIONS(X)                                                                                    \
  X (NEW_ROOT, 1, "make the new root")         /* u64 size, u64 inodes                         */            \
  X (MAKE_DIRECTORY, 2, "make a directory")    /* path, u32 mode                               */            \
  X (MAKE_SYMLINK, 3, "make a symbolic link")  /* target, path                                 */            \
  X (WRITE_FILE, 4, "write a file")            /* path, u32 mode, content                      */            \
  X (BIND, 5, "bind mount")                    /* source (absolute), path, u32 SBX_BIND_*      */            \
  X (MOUNT_TMPFS, 6, "mount a tmpfs")          /* path, u64 size, u64 inodes, u32 mode         */            \
  X (MOUNT_PROC, 7, "mount proc")              /* path, u32 SBX_PROC_*                          */           \
  X (PIVOT_ROOT, 8, "pivot into the new root") /*                                              */            \
  X (SEAL_ROOT, 9, "make the root read-only")  /*                                              */            \
  X (SET_HOSTNAME, 10, "set the host name")    /* name                                         */            \
  X (BRING_LOOPBACK_UP, 11, "bring the loopback device up") /*                                            */ \
  X (SET_SYSCTL, 12, "set a sysctl")    /* path, value, u32 optional: may be missing    */                   \
  X (SHOW_TREE, 13, "show a directory") /* source (absolute), path: see below           */                   \
  X (FORGET_NAMES, 14, "forget names of a shown directory") /* path */

enum sbx_operation
{
#define X(name, number, text) SBX_OP_##name = number,
  SBX_OPERATIONS (X)
#undef X
};

/*
 * SHOW_TREE mounts a read-only overlay, which has inodes of its own, or binds the tree where the kernel
 * refuses that. FORGET_NAMES lets such an overlay look anew at what is below it.
 */

#define SBX_BIND_OPTIONAL 1u /* a missing source or target is passed over */
#define SBX_BIND_DEVICE 2u   /* keep the device usable: no nodev */
#define SBX_BIND_WRITABLE 4u /* not read-only */

#define SBX_PROC_READ_ONLY 1u
#define SBX_PROC_PIDS_ONLY 2u /* processes, and nothing of the system: subset=pid, proc(5) */

/* Steps beside the operations that can fail. A report names either. */
#define SBX_STEPS(X)                                                                                         \
  X (NONE, 100, "nothing")                                                                                   \
  X (CLONE, 101, "clone into new namespaces")                                                                \
  X (DENY_SETGROUPS, 102, "deny setgroups")                                                                  \
  X (WRITE_UID_MAP, 103, "write the uid map")                                                                \
  X (WRITE_GID_MAP, 104, "write the gid map")                                                                \
  X (BECOME_ROOT, 105, "become root of the user namespace")                                                  \
  X (PREPARE_DESCRIPTORS, 106, "prepare descriptors")                                                        \
  X (EXECUTE_INIT, 107, "execute init")                                                                      \
  X (PREPARE_INIT, 108, "prepare init")                                                                      \
  X (READ_REQUEST, 109, "read a request")                                                                    \
  X (CLONE_CELL, 110, "clone a cell")                                                                        \
  X (ENTER_CELL, 111, "enter the cell")                                                                      \
  X (PUT_FILE, 112, "put a file into the work directory")                                                    \
  X (CLONE_PAYLOAD, 113, "clone the payload")                                                                \
  X (START_SESSION, 114, "start a session")                                                                  \
  X (SET_RLIMIT, 115, "set a resource limit")                                                                \
  X (DROP_CAPABILITIES, 116, "drop capabilities")                                                            \
  X (SET_NO_NEW_PRIVS, 117, "set no_new_privs")                                                              \
  X (CHANGE_DIRECTORY, 118, "change to the work directory")                                                  \
  X (EXECUTE, 119, "execute the program")                                                                    \
  X (FILTER_SYSTEM_CALLS, 120, "filter system calls")                                                        \
  X (RENEW_NETWORK, 121, "renew the network namespace")                                                      \
  X (EXPLAIN, 122, "listen to refused system calls")                                                         \
  X (LANDLOCK, 123, "fence files in with Landlock")                                                          \
  X (RESIZE_SCRATCH, 124, "resize the tmpfs of the cell")

enum sbx_step_name
{
#define X(name, number, text) SBX_STEP_##name = number,
  SBX_STEPS (X)
#undef X
};

/* One failure: which step or operation, which of them (index into the plan or list), errno. */
struct sbx_error
{
  int32_t step;
  int32_t index;
  int32_t err;
};

/* Answers. */
enum sbx_report_kind
{
  SBX_READY = 1,     /* built; `error`, unless err is 0, of the first tree bound */
  SBX_FAILED = 2,    /* `error` says where; the other side is of no more use   */
  SBX_STARTED = 3,   /* execve(2) of the payload succeeded; `wall_ns` has gone */
  SBX_ENDED = 4,     /* no process of the step is left; `error` if never begun */
  SBX_CELL_GONE = 5, /* pid 1 of `cell` was reaped, with `status`              */
  SBX_ENDING = 6,    /* what is left of the step is killed: let nothing slow it  */
  SBX_DENIED = 7,    /* a struct sbx_denied, before SBX_ENDED                  */
};

/*
 * SBX_ENDING says what is known so far: `killed`; `status` of the main process if it has ended; `wall_ns`;
 * `user_us`, which is all CPU time.
 */

/* Why the step was killed: the first reason to reach cell init. */
#define SBX_KILLED_WALL 1u   /* its wall time was over */
#define SBX_KILLED_WORKER 2u /* SBX_KILL */
#define SBX_KILLED_CPU 3u    /* its CPU time was over */
#define SBX_KILLED_IDLE 4u   /* it neither used CPU time nor wrote anything for too long */
#define SBX_KILLED_MEMORY 5u /* its processes together were seen with too much memory */
#define SBX_KILLED_DISK 6u   /* its files together were seen to be too much, where no tmpfs holds them */

struct sbx_report
{
  uint32_t kind;
  uint32_t cell;
  struct sbx_error error;
  int32_t status; /* as wait(2) gives it */
  uint32_t killed;
  uint32_t tasks_peak; /* 0: never looked */
  uint64_t wall_ns;
  uint64_t user_us;
  uint64_t system_us;
  uint64_t memory_peak_bytes; /* the most that was seen; of one process at least its largest resident set */
  uint64_t disk_used_bytes;   /* by the files of the cell at the end of the step */
  uint32_t disk_full;         /* 1: during the step the last free page or inode was taken */
  uint32_t reserved;
};

/* Of a step that is explained (SBX_RUN_EXPLAIN): a system call that its filter has refused. */
struct sbx_denied
{
  uint32_t kind; /* SBX_DENIED */
  int32_t number;
  uint64_t count;
  uint64_t arguments[6]; /* of the first one */
  uint64_t reserved[2];
};

#define SBX_RUN_EXPLAIN 1u   /* tell which system calls were refused */
#define SBX_RUN_EXEC_ONCE 2u /* the program may not execute another one */
#define SBX_RUN_HELD 4u      /* the program waits, without limits, for SBX_RELEASE_STEP */

/*
 * Body of SBX_RUN_STEP: four u64, the limits of wall time, CPU time and idle time in ns (idle 0: none) and of
 * memory in bytes (0: held by a cgroup); a list of { u32 resource, u64 soft, u64 hard }; then lists of
 * strings: candidates (paths to try), argv, environment; the directory to start in; u32 SBX_RUN_*; last the
 * program of the system call filter, an array of struct sock_filter as bytes.
 *
 * cpu.stat, open for reading, is that of the cell's cgroup: it counts the CPU time of every process of the
 * cell. Without it init looks at the processes itself, now and then.
 */

/*
 * A held step is a program that is started before it is known what for: it waits for word on descriptor 3 and
 * gives word on 4, the two descriptors that it has beside stdio. Until it is released no clock goes for it
 * and no SBX_STARTED comes. Files may be put meanwhile.
 *
 * Body of SBX_RELEASE_STEP: the four limits and the list of rlimits as in SBX_RUN_STEP, which can only lower
 * those it was started with; u64 bytes and u64 inodes of the cell's tmpfs. What the program has used until
 * now does not count. A step that has ended meanwhile is not released: SBX_ENDED is on its way.
 */

/*
 * Body of SBX_GET_FILES, for which no step may be running: u64 bytes of one file, u64 bytes of all; u32
 * entries below requested directories and u32 bytes of their paths together; u32 levels of directories; a
 * list of requested paths, relative to the work directory. A directory means every regular file below it.
 *
 * What comes out of the pipe: one record after the other, each followed by the path it is about. After the
 * path of a taken file come its bytes and a u32, 0 or the errno that kept init from reading them all (the
 * missing ones are zeros then). The last record says SBX_FILE_END; without it init has died on the way.
 */
struct sbx_file_record
{
  uint32_t kind;
  uint32_t request; /* the requested path that it belongs to, by index */
  uint32_t path_length;
  uint32_t reserved;
  uint64_t size; /* of the file, where it was looked at */
};

#define SBX_FILE_END 0u            /* nothing more: no path                                   */
#define SBX_FILE_TAKEN 1u          /* a regular file                                          */
#define SBX_FILE_MISSING 2u        /* nothing is there                                        */
#define SBX_FILE_SYMBOLIC_LINK 3u  /* it, or a directory on the way to it, is a symbolic link */
#define SBX_FILE_SPECIAL_FILE 4u   /* a FIFO, socket or device                                */
#define SBX_FILE_TOO_LARGE 5u      /* larger than one file may be                             */
#define SBX_FILE_TOTAL_EXCEEDED 6u /* larger than what is left for all                        */
#define SBX_FILE_TOO_MANY 7u       /* a requested directory: not all entries were looked at   */
#define SBX_FILE_TOO_DEEP 8u       /* below too many directories, or its path is too long     */
#define SBX_FILE_UNREADABLE 9u     /* it cannot be opened                                     */

/* The FFI surface, in the order of libs/sandbox/src/native/library.ts. */

struct sbx_launch
{
  int32_t image_fd;   /* init, a sealed memfd */
  int32_t control_fd; /* init's end of the control socket */
  int32_t null_fd;    /* /dev/null, read and write */
  int32_t cgroup_fd;  /* directory to be born in, or -1 */
  uint32_t host_uid;  /* what root of the user namespace is outside */
  uint32_t host_gid;
};

struct sbx_launched
{
  int32_t pid;
  int32_t pidfd;
};

#endif
