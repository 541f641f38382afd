import type { Limits } from '@sandlot/contract';
import type { CgroupController } from '@sandlot/engine';

/** One file of a cell's cgroup: what is written, and what must be read back. */
export interface LimitFile {
  readonly name: string;
  /** Which line of a file of several; absent in others. */
  readonly line?: string;
  readonly value: string;
  /** A line that the file must have afterwards; `none`: no line may begin with `line`. */
  readonly expected: string | { readonly none: true };
  /** A kernel that does not have the file cannot break the limit either. */
  readonly optional?: boolean;
}

const PAGE_BYTES = 4096;
/** Cell init lives in the cgroup too. */
const OWN_TASKS = 1;
/** Period of cpu.max: the kernel's default. Unit: µs. */
const PERIOD_US = 100_000;
const USUAL_WEIGHT = 100;

/** What goes into the cgroup of a cell, and what into that of its slot. */
export interface LimitPlan {
  readonly cell: readonly LimitFile[];
  readonly slot: readonly LimitFile[];
}

/**
 * What to write so that a cell is held to these limits, as far as the controllers go (cgroup-v2).
 *
 * A weight counts among siblings, and those of a cell are but the init and the remains of its own slot: so it is
 * the slot that gets it, which has one cell at a time. Every file is always named, so that a step's limits replace
 * those of the step before. memory.max comes rounded down to whole pages.
 *
 * @param disks `major:minor` of each disk that io.max is to slow down.
 */
export function planLimitFiles(
  limits: Limits,
  controllers: ReadonlySet<CgroupController>,
  disks: readonly string[],
): LimitPlan {
  const hasCpu = controllers.has('cpu');
  return {
    cell: [
      ...(controllers.has('memory') ? memoryFiles(limits) : []),
      ...(controllers.has('pids') ? [same('pids.max', String(limits.pids + OWN_TASKS))] : []),
      ...(hasCpu ? [same('cpu.max', quotaOf(limits))] : []),
      ...(controllers.has('io') ? ioFiles(limits, disks) : []),
    ],
    slot: hasCpu ? [same('cpu.weight', String(limits.cpuWeight ?? USUAL_WEIGHT))] : [],
  };
}

/**
 * What frees a cell from its shares of CPU and disks, so that it can be ended without delay: even a killed process
 * waits for the disk before it dies.
 */
export function planHaste(controllers: ReadonlySet<CgroupController>, disks: readonly string[]): LimitPlan {
  const held = ({ name }: LimitFile) =>
    [...controllers].some((controller) => name.startsWith(`${controller}.`));
  return { cell: freshFiles(disks).filter(held), slot: [same('cpu.weight', '10000')].filter(held) };
}

/** What the cgroup of a cell has before anybody writes it. */
export function freshFiles(disks: readonly string[]): readonly LimitFile[] {
  return [same('cpu.max', `max ${PERIOD_US}`), ...ioFiles({}, disks)];
}

function memoryFiles({ memoryBytes }: Limits): readonly LimitFile[] {
  return [
    // Before memory.max: a limit that swap can get around holds nothing.
    { ...same('memory.swap.max', '0'), optional: true },
    // A cell dies whole: one process missing among others leaves a program in a state it never foresaw.
    same('memory.oom.group', '1'),
    same('memory.max', String(Math.floor(memoryBytes / PAGE_BYTES) * PAGE_BYTES)),
  ];
}

function quotaOf({ cpuCores }: Limits): string {
  const quota = cpuCores === undefined ? 'max' : String(Math.round(cpuCores * PERIOD_US));
  return `${quota} ${PERIOD_US}`;
}

/** A disk without any limit has no line in io.max. */
function ioFiles(
  { ioBytesPerSecond: rate }: Pick<Limits, 'ioBytesPerSecond'>,
  disks: readonly string[],
): readonly LimitFile[] {
  return disks.map((disk) => ({
    name: 'io.max',
    line: disk,
    value: `${disk} rbps=${rate ?? 'max'} wbps=${rate ?? 'max'}`,
    expected: rate === undefined ? { none: true } : `${disk} rbps=${rate} wbps=${rate} riops=max wiops=max`,
  }));
}

function same(name: string, value: string): LimitFile {
  return { name, value, expected: value };
}
