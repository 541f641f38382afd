import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Limits } from '@sandlot/contract';
import { InfrastructureError, type CgroupController } from '@sandlot/engine';
import { errnoOf, numberOf, readCgroupFile, writeCgroupFile } from './cgroup-file.js';
import { freshFiles, planHaste, planLimitFiles } from './limit-files.js';
import { LimitWriter } from './limit-writer.js';
import { removeDirectory } from './remove-directory.js';

/** What the kernel counts for a cell, from its beginning. Absent: this kernel, or this cgroup, does not count it. */
export interface CellCounters {
  /** How often the cell's own memory limit left the kernel no choice but to kill (memory.events: oom). */
  readonly oom?: number;
  /** Processes of the cell killed for want of memory, whoever's limit it was (memory.events: oom_kill). */
  readonly oomKills?: number;
  /** Forks refused for pids.max (pids.events: max). */
  readonly forksRefused?: number;
  readonly memoryPeakBytes?: number;
  readonly processesPeak?: number;
  readonly cpuUserMs: number;
  readonly cpuSystemMs: number;
}

/** What leaves of one tree have in common. */
export interface LeafKind {
  /** Controllers that are enabled for leaves and hold something; io only with disks. */
  readonly controllers: ReadonlySet<CgroupController>;
  /** Disks that io.max is written for. */
  readonly disks: readonly string[];
}

export interface LeafOptions {
  readonly kind: LeafKind;
  /** Writes what belongs into the cgroup of the slot. */
  readonly slot: LimitWriter;
}

const OWN_TASKS = 1;

/** The cgroup of one cell. Its processes are born in it; nobody ever moves. */
export class CellLeaf {
  readonly path: string;
  /** The directory, held open for CLONE_INTO_CGROUP. */
  readonly fd: number;
  readonly #kind: LeafKind;
  readonly #writer: LimitWriter;
  readonly #slot: LimitWriter;

  private constructor(path: string, { kind, slot }: LeafOptions) {
    this.path = path;
    this.fd = openSync(path, 'r');
    this.#kind = kind;
    this.#writer = new LimitWriter(path, freshFiles(kind.disks));
    this.#slot = slot;
  }

  /** Makes the cgroup and sets its limits. @throws {InfrastructureError} `sandbox-setup-failed`. */
  static create(path: string, limits: Limits, options: LeafOptions): CellLeaf {
    makeDirectory(path);
    const leaf = new CellLeaf(path, options);
    try {
      leaf.apply(limits);
      return leaf;
    } catch (error) {
      closeSync(leaf.fd);
      void removeDirectory(path).catch(() => undefined); // the error at hand says more
      throw error;
    }
  }

  /** Controllers that hold something of this cell. */
  get controllers(): ReadonlySet<CgroupController> {
    return this.#kind.controllers;
  }

  /** Writes the limits and reads each back. @throws {InfrastructureError} `sandbox-setup-failed`. */
  apply(limits: Limits): void {
    const { cell, slot } = planLimitFiles(limits, this.#kind.controllers, this.#kind.disks);
    this.#slot.write(slot);
    this.#writer.write(cell);
  }

  /** Lifts what slows the cell down: it is about to be ended. Without success it ends too, only later. */
  hasten(): void {
    const { cell, slot } = planHaste(this.#kind.controllers, this.#kind.disks);
    try {
      this.#slot.write(slot);
      this.#writer.write(cell);
    } catch {
      // It may be gone already.
    }
  }

  /** cpu.stat, open for reading; the caller closes it. Undefined once the cgroup is removed: its cell is dead. */
  openCpuStat(): number | undefined {
    try {
      return openSync(join(this.path, 'cpu.stat'), 'r');
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  read(): CellCounters {
    const read = (name: string) => readCgroupFile(this.path, name);
    const numberIn = (name: string) => asNumber(read(name));
    const events = read('memory.events');
    const tasks = numberIn('pids.peak');
    return withoutUnknown({
      oom: numberOf(events, 'oom'),
      oomKills: numberOf(events, 'oom_kill'),
      forksRefused: numberOf(read('pids.events'), 'max'),
      memoryPeakBytes: numberIn('memory.peak'),
      processesPeak: tasks === undefined ? undefined : Math.max(tasks - OWN_TASKS, 0),
      ...this.readCpuTime(),
    });
  }

  /** CPU time alone, of {@link read}. */
  readCpuTime(): Pick<CellCounters, 'cpuUserMs' | 'cpuSystemMs'> {
    const text = readCgroupFile(this.path, 'cpu.stat');
    return {
      cpuUserMs: (numberOf(text, 'user_usec') ?? 0) / 1000,
      cpuSystemMs: (numberOf(text, 'system_usec') ?? 0) / 1000,
    };
  }

  /** Kills every process of the cell, init too (Linux ≥ 5.14). Where that fails the slot is killed, when the cell is closed. */
  kill(): void {
    try {
      writeCgroupFile(this.path, 'cgroup.kill', '1');
    } catch {
      // Called from a timer, which nobody hears fail.
    }
  }

  /** Closes and removes it; once. Its last process must have been reaped. */
  async remove(): Promise<void> {
    closeSync(this.fd);
    await removeDirectory(this.path);
  }
}

function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENODEV'].includes(errnoOf(error));
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (cause) {
    const errno = errnoOf(cause);
    const advice =
      errno === 'EAGAIN' ? 'The number of cgroups is limited above it (cgroup.max.descendants).' : '';
    throw new InfrastructureError(
      'sandbox-setup-failed',
      `Cannot make the cgroup ${path} for a cell: ${errno}. ${advice} See \`sandlot doctor\`.`,
      { cause },
    );
  }
}

function asNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** A counter that there is none of is left out, never 0. */
function withoutUnknown(counters: {
  readonly [Name in keyof CellCounters]-?: CellCounters[Name] | undefined;
}): CellCounters {
  const known = Object.entries(counters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as unknown as CellCounters; // the CPU times are always known
}
