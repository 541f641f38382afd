import type { SandboxAbilities } from '@sandlot/engine';

/**
 * What holds each limit of a fenced cell. Its one process is looked at now and then, as are its files, which lie in a
 * directory of the host; it can make no other process, and is ended for its 65th thread.
 */
export const FENCED_ENFORCEMENT: SandboxAbilities['enforcement'] = {
  wallTimeMs: 'supervisor',
  cpuTimeMs: 'sampled',
  idleTimeMs: 'sampled',
  cpuCores: 'none',
  cpuWeight: 'none',
  memoryBytes: 'sampled',
  pids: 'sampled',
  outputBytes: 'supervisor',
  diskBytes: 'sampled',
  inodes: 'sampled',
  fileBytes: 'rlimit',
  openFiles: 'rlimit',
  stackBytes: 'rlimit',
  ioBytesPerSecond: 'none',
};
