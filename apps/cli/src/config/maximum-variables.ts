import type { LimitName } from '@sandlot/contract';

/** The variables that set the operator's maxima. By hand, for `--help` must not load the contract's library. */
export const MAXIMUM_VARIABLES = {
  wallTimeMs: 'SANDLOT_MAX_WALL_TIME_MS',
  cpuTimeMs: 'SANDLOT_MAX_CPU_TIME_MS',
  idleTimeMs: 'SANDLOT_MAX_IDLE_TIME_MS',
  cpuCores: 'SANDLOT_MAX_CPU_CORES',
  cpuWeight: 'SANDLOT_MAX_CPU_WEIGHT',
  memoryBytes: 'SANDLOT_MAX_MEMORY_BYTES',
  pids: 'SANDLOT_MAX_PIDS',
  outputBytes: 'SANDLOT_MAX_OUTPUT_BYTES',
  diskBytes: 'SANDLOT_MAX_DISK_BYTES',
  inodes: 'SANDLOT_MAX_INODES',
  fileBytes: 'SANDLOT_MAX_FILE_BYTES',
  openFiles: 'SANDLOT_MAX_OPEN_FILES',
  stackBytes: 'SANDLOT_MAX_STACK_BYTES',
  ioBytesPerSecond: 'SANDLOT_MAX_IO_BYTES_PER_SECOND',
} as const satisfies Record<LimitName, string>;
