import type { LimitName } from '@sandlot/contract';
import { formatDuration } from './duration.js';
import { formatSize } from './size.js';

/** A limit as the command line spells it. */
export interface LimitFlag {
  readonly flag: string;
  readonly limits: readonly LimitName[];
  readonly format: (value: number) => string;
}

/** The limits that have a flag. `--disk` sets two: a disk that no single file could fill would surprise. */
export const LIMIT_FLAGS = {
  memory: { flag: '--memory', limits: ['memoryBytes'], format: formatSize },
  time: { flag: '--time', limits: ['wallTimeMs'], format: formatDuration },
  cpuTime: { flag: '--cpu-time', limits: ['cpuTimeMs'], format: formatDuration },
  idle: { flag: '--idle', limits: ['idleTimeMs'], format: formatDuration },
  cpus: { flag: '--cpus', limits: ['cpuCores'], format: String },
  cpuWeight: { flag: '--cpu-weight', limits: ['cpuWeight'], format: String },
  output: { flag: '--output', limits: ['outputBytes'], format: formatSize },
  disk: { flag: '--disk', limits: ['diskBytes', 'fileBytes'], format: formatSize },
  io: { flag: '--io', limits: ['ioBytesPerSecond'], format: formatSize },
  pids: { flag: '--pids', limits: ['pids'], format: String },
} as const satisfies Record<string, LimitFlag>;

export type LimitFlagName = keyof typeof LIMIT_FLAGS;

/** The flag that sets a limit, if there is one. */
export function flagOfLimit(limit: string): LimitFlag | undefined {
  const flags: readonly LimitFlag[] = Object.values(LIMIT_FLAGS);
  return flags.find(({ limits }) => limits.some((name) => name === limit));
}

/** What the service says of a limit, with its numbers the way the flag is written: `64 GiB` for `68719476736`. */
export function inUnitsOf(field: string, message: string): string {
  const flag = flagOfLimit(field.replace(/^limits\./, ''));
  if (flag === undefined) return message;
  const withUnits = message.replaceAll(/(?<![\d.])\d+(?![\d.]\d)/g, (digits) => flag.format(Number(digits)));
  return withUnits.replace(/\ban integer\b/, 'a value');
}

/** The part of the command line that a field of the job spec (`files[0].path`) came from. */
export function flagOfField(field: string): string {
  const [head = '', limit = ''] = field.split(/[.[\]]+/);
  switch (head) {
    case 'argv':
      return 'the program and its arguments';
    case 'files':
      return '--file';
    case 'artifacts':
      return '--artifact';
    case 'env':
      return '--env';
    case 'labels':
      return '--label';
    case 'stdin':
      return '--stdin';
    case 'limits':
      return flagOfLimit(limit)?.flag ?? field;
    default:
      return field;
  }
}
