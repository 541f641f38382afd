import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { childCgroups, removeTree } from '../cgroup/remove-directory.js';
import { SHARED_CGROUP_MODE, shareProcs } from '../cgroup/share-procs.js';
import type { HostIdentity } from '../slot/host-identity.js';

/** Locks an open directory until it is closed; false if another process holds it. */
export type TryLock = (fd: number) => boolean;

const NAME = /^sandlot-doctor-\d+-[0-9a-f]+$/;

/**
 * A cgroup to try things in, as a worker makes one for a slot with a cell in it. Locked while this doctor lives, so
 * that a later one can tell what is left of one that was killed.
 */
export class TrialCgroup implements AsyncDisposable {
  readonly path: string;
  readonly cell: string;
  readonly #lock: number;

  private constructor(path: string, lock: number) {
    this.path = path;
    this.cell = join(path, 'cell');
    this.#lock = lock;
  }

  /** @throws what mkdir(2) says. */
  static create(directory: string, tryLock: TryLock): TrialCgroup {
    const path = join(directory, `sandlot-doctor-${process.pid}-${randomBytes(4).toString('hex')}`);
    mkdirSync(path, { mode: SHARED_CGROUP_MODE });
    // Another doctor may be sweeping, and may have been faster: then both see each other here and start anew.
    const lock = existsSync(path) ? openSync(path, 'r') : undefined;
    if (lock !== undefined && tryLock(lock) && existsSync(path)) return new TrialCgroup(path, lock);
    if (lock !== undefined) closeSync(lock);
    return TrialCgroup.create(directory, tryLock);
  }

  /** Makes the place of a cell, and shares it with the uid of a slot, as the worker does. @throws if a call fails. */
  makeCell(slot: HostIdentity): void {
    mkdirSync(this.cell);
    for (const path of [this.path, this.cell]) shareProcs(path, slot);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.path);
    closeSync(this.#lock);
  }
}

/** Removes what doctors left that were killed. Whatever was born there has died with them. */
export async function sweepTrials(directory: string, tryLock: TryLock): Promise<void> {
  for (const name of childCgroups(directory).filter((child) => NAME.test(child))) {
    await sweep(join(directory, name), tryLock);
  }
}

async function sweep(path: string, tryLock: TryLock): Promise<void> {
  let lock: number | undefined;
  try {
    lock = openSync(path, 'r');
    if (tryLock(lock)) await removeTree(path);
  } catch {
    // Gone, or somebody else's: it is in nobody's way.
  } finally {
    if (lock !== undefined) closeSync(lock);
  }
}
