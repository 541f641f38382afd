import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import type { Limits } from '@sandlot/contract';
import type { CgroupController } from '@sandlot/engine';
import type { CellLeaf } from '../cgroup/cell-leaf.js';
import { lostError } from '../error/setup-error.js';
import { FENCE_PATH } from '../native/build-paths.js';
import type { CellHost } from '../slot/cell-host.js';
import { workerIdentity, type HostIdentity } from '../slot/host-identity.js';
import type { FencedScratch } from './fenced-scratch.js';

/** Libraries are found by it where they lie in no usual place: ld.so(8). */
const LIBRARY_CACHE = '/etc/ld.so.cache';

export interface FencedSlotOptions {
  readonly scratch: FencedScratch;
  /** What programs may read and execute. */
  readonly files: readonly string[];
}

/** Opens cells without namespaces: each a process `fence` (native/src/fence) of our own uid, in a directory of its own. */
export class FencedSlot implements CellHost {
  readonly identity: HostIdentity = workerIdentity();
  readonly workDirectory = '.';
  /** The filter allows no process but the program; RLIMIT_NPROC would count all of this uid. */
  readonly controllers: ReadonlySet<CgroupController> = new Set(['pids']);
  readonly #options: FencedSlotOptions;
  #fence: ChildProcess | undefined;
  #gone: Promise<void> = Promise.resolve();
  #dead: Error | undefined;

  constructor(options: FencedSlotOptions) {
    this.#options = options;
  }

  get dead(): Error | undefined {
    return this.#dead;
  }

  createLeaf(_limits: Limits): CellLeaf | undefined {
    return undefined;
  }

  discardLeaf(_leaf: CellLeaf): void {
    // There is none.
  }

  async openCell(socket: number): Promise<void> {
    if (this.#dead !== undefined) return;
    const directory = this.#options.scratch.makeCellDirectory();
    this.#gone = this.#runFence(directory, socket);
    await this.#gone;
  }

  kill(): void {
    this.#fence?.kill('SIGKILL');
  }

  /** The socket of a cell ends it: whoever holds that has closed it. */
  async close(): Promise<void> {
    this.#dead ??= lostError('A slot');
    // Whose cell it was has heard why it ended.
    await this.#gone.catch(() => undefined);
  }

  async #runFence(directory: string, socket: number): Promise<void> {
    const libraries = existsSync(LIBRARY_CACHE) ? [LIBRARY_CACHE] : [];
    const fence = spawn(FENCE_PATH, [...this.#options.files, ...libraries], {
      cwd: directory,
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', socket],
    });
    this.#fence = fence;
    try {
      await once(fence, 'exit');
      // Fence has emptied it, unless it was killed.
      rmSync(directory, { recursive: true, force: true });
    } catch (error) {
      this.#dead = error as Error;
      throw error;
    } finally {
      this.#fence = undefined;
    }
  }
}
