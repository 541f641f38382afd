import { lstatSync, readdirSync } from 'node:fs';
import { FILE_TYPE, fileTypeOf } from '../descriptor/file-type.js';

/** An entry of a directory. Its name is bytes: a file's need not be UTF-8. */
export interface DirectoryEntry {
  readonly name: Buffer;
  readonly type: number;
  readonly ino: bigint;
}

interface Named {
  readonly name: Buffer;
  readonly type: number;
}

const DOTS: readonly Named[] = ['.', '..'].map((name) => ({
  name: Buffer.from(name),
  type: FILE_TYPE.directory,
}));

/**
 * The entries of a directory as they were when its reading began, with `.` and `..` first. A number of an entry stays
 * good whatever is created or removed meanwhile. Inodes are looked up when they are asked for.
 */
export class DirectoryListing {
  readonly #path: string;
  /** The guest's root has nothing above it: there `..` is `.`. */
  readonly #isRoot: boolean;
  readonly #entries: readonly Named[];

  constructor(path: string, isRoot: boolean) {
    this.#path = path;
    this.#isRoot = isRoot;
    const options = { withFileTypes: true, encoding: 'buffer' } as const;
    this.#entries = [
      ...DOTS,
      // Node's types know no entries with names of bytes.
      ...(readdirSync(path, options as never) as unknown as (Named & Parameters<typeof fileTypeOf>[0])[]).map(
        (entry) => ({ name: entry.name, type: fileTypeOf(entry) }),
      ),
    ];
  }

  at(index: number): DirectoryEntry | undefined {
    const entry = this.#entries[index];
    return entry && { ...entry, ino: this.#inodeOf(entry.name, index) };
  }

  #inodeOf(name: Buffer, index: number): bigint {
    const target = this.#isRoot && index < DOTS.length ? Buffer.from('.') : name;
    const path = Buffer.concat([Buffer.from(`${this.#path}/`), target]);
    // Removed meanwhile: there is none.
    return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n;
  }
}
