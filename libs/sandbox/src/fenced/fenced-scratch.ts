import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { RunnerFile, RunnerProgram } from '@sandlot/engine';
import { tryLockFile } from '../native/library.js';

const PREFIX = 'sandlot-fenced-';
const NEW_PREFIX = 'sandlot-new-';

/** A program as it lies on this machine: what to execute, and all files that it may read to that end. */
export interface PlacedProgram {
  readonly argv: readonly string[];
  readonly files: readonly string[];
}

/**
 * A directory of this machine, below that for temporary files, in which fenced cells have theirs. It is locked as long as
 * this process lives; what dead workers of the same user left is removed.
 */
export class FencedScratch {
  readonly #path: string;
  readonly #lock: number;
  #cells = 0;

  constructor() {
    sweep();
    const fresh = mkdtempSync(join(tmpdir(), NEW_PREFIX));
    this.#lock = openSync(fresh, 'r');
    tryLockFile(this.#lock);
    // Only now may another worker find it, who would take one without a lock for a dead worker's.
    this.#path = join(tmpdir(), `${PREFIX}${basename(fresh).slice(NEW_PREFIX.length)}`);
    renameSync(fresh, this.#path);
  }

  /** Puts what is ours of a program where it can be read, and finds the rest. */
  place({ argv, files }: RunnerProgram): PlacedProgram {
    const home = join(this.#path, 'runner');
    mkdirSync(home);
    const places = new Map(files.map((file) => [file.path, placeFile(home, file)]));
    return { argv: argv.map((word) => places.get(word) ?? word), files: [...places.values()] };
  }

  /** A new directory for one cell, which removes it. */
  makeCellDirectory(): string {
    const path = join(this.#path, `cell-${this.#cells++}`);
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  close(): void {
    rmSync(this.#path, { recursive: true, force: true });
    closeSync(this.#lock);
  }
}

function placeFile(home: string, file: RunnerFile): string {
  if ('source' in file) return file.source;
  const path = join(home, basename(file.path));
  writeFileSync(path, file.content, { mode: 0o400 });
  return path;
}

function sweep(): void {
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX));
  for (const name of left) removeUnlocked(join(tmpdir(), name));
}

/** Those of other users are theirs to remove. */
function removeUnlocked(path: string): void {
  let lock: number | undefined;
  try {
    lock = openSync(path, 'r');
    if (tryLockFile(lock)) rmSync(path, { recursive: true, force: true });
  } catch {
    // It is somebody else's, or another worker was quicker.
  } finally {
    if (lock !== undefined) closeSync(lock);
  }
}
