import type { Enforcement } from '@sandlot/contract';

/** What holds each limit where no cgroup does. */
export const RLIMIT_ENFORCEMENT: Enforcement = {
  wallTimeMs: 'supervisor',
  cpuTimeMs: 'rlimit',
  memoryBytes: 'rlimit',
  pids: 'rlimit',
  outputBytes: 'supervisor',
  diskBytes: 'tmpfs',
  inodes: 'tmpfs',
  fileBytes: 'rlimit',
  openFiles: 'rlimit',
  stackBytes: 'rlimit',
};
