import type { SandboxAbilities } from '@sandlot/engine';

/** What holds each limit where no cgroup does. */
export const RLIMIT_ENFORCEMENT: SandboxAbilities['enforcement'] = {
  wallTimeMs: 'supervisor',
  cpuTimeMs: 'rlimit',
  idleTimeMs: 'none',
  cpuCores: 'none',
  cpuWeight: 'none',
  memoryBytes: 'rlimit',
  pids: 'rlimit',
  outputBytes: 'supervisor',
  diskBytes: 'tmpfs',
  inodes: 'tmpfs',
  fileBytes: 'rlimit',
  openFiles: 'rlimit',
  stackBytes: 'rlimit',
  ioBytesPerSecond: 'none',
};
