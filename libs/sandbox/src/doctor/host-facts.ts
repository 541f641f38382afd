import type { IdMaps } from '../slot/id-map.js';

/** One line of an id map (user_namespaces(7)): `count` ids from `inside` on are `outside` and so on. */
export interface IdMapping {
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** What the host says of itself. It explains failures that probes have found; nothing is concluded from it alone. */
export interface HostFacts {
  /** Release, as uname(2) gives it. */
  readonly kernel: string;
  readonly uid: number;
  readonly gid: number;
  /** Name of the user, or the uid if it has none. */
  readonly user: string;
  /** Effective capabilities, a bit mask in hexadecimal. */
  readonly capabilities: string;
  /** Those that a program which is executed can have at most, likewise. */
  readonly boundingSet: string;
  readonly noNewPrivs: boolean;
  /** 0 none, 1 strict, 2 a filter (proc_pid_status(5)). */
  readonly seccomp: number;
  /** Label of the security module, e.g. `docker-default (enforce)`; absent without one. */
  readonly securityLabel?: string;
  readonly isSelinuxEnforcing: boolean;
  /** Id maps of the user namespace that this process lives in. */
  readonly uidMap: readonly IdMapping[];
  readonly gidMap: readonly IdMapping[];
  /** RLIMIT_NPROC, the soft limit (getrlimit(2)); absent if there is none. */
  readonly processLimit?: number;
  /** Whether proc is mounted on /proc. Without it most facts here are blank. */
  readonly hasProc: boolean;
  /** Sysctls that concern namespaces and memfds, those that this kernel has. */
  readonly sysctls: Readonly<Record<string, number>>;
  /** Below /proc, what covers a part of it. */
  readonly procMasks: readonly string[];
  /** What is mounted below directories of programs and libraries. */
  readonly programMounts: readonly string[];
  /** Whether the root directory is that of a chroot(2): no mount point, or one elsewhere in its mount namespace. */
  readonly isChrooted: boolean;
  /** Whether the root file system is mounted read-only. */
  readonly isRootReadOnly: boolean;
  /** The container engine, or `container` if one is there that does not tell its name. */
  readonly container?: string;
  /** What this user may map beside its own ids (subuid(5), subgid(5)). */
  readonly subordinateIds: IdMaps;
  readonly cgroup: CgroupFacts;
}

export interface CgroupFacts {
  /** Mount points of cgroup v2. */
  readonly mounts: readonly { readonly path: string; readonly isReadOnly: boolean }[];
  /** Path of our own cgroup in the hierarchy of version 2. */
  readonly own?: string;
  /** Controllers that are bound to hierarchies of version 1. */
  readonly v1Controllers: readonly string[];
}
