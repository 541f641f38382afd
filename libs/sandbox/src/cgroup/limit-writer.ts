import { InfrastructureError } from '@sandlot/engine';
import { errnoOf, readCgroupFile, writeCgroupFile } from './cgroup-file.js';
import type { LimitFile } from './limit-files.js';

/** Writes limits into one cgroup, reads each back, and knows what is written already. */
export class LimitWriter {
  readonly #directory: string;
  readonly #written: Map<string, string>;

  /** @param known what the files hold already. */
  constructor(directory: string, known: readonly LimitFile[] = []) {
    this.#directory = directory;
    this.#written = new Map(known.map((file) => [keyOf(file), file.value]));
  }

  /** @throws {InfrastructureError} `sandbox-setup-failed`. */
  write(files: readonly LimitFile[]): void {
    for (const file of files) this.#write(file);
  }

  #write(file: LimitFile): void {
    const { name, value, optional = false } = file;
    if (this.#written.get(keyOf(file)) === value) return;
    try {
      if (optional && readCgroupFile(this.#directory, name) === undefined) return;
      writeCgroupFile(this.#directory, name, value);
    } catch (cause) {
      throw limitError(`Cannot write "${value}" to ${name} of a cell: ${errnoOf(cause)}`, cause);
    }
    const found = readCgroupFile(this.#directory, name) ?? '';
    if (!isAsExpected(found.split('\n'), file)) {
      throw limitError(`Wrote "${value}" to ${name} of a cell, but it reads "${found}"`);
    }
    this.#written.set(keyOf(file), value);
  }
}

function isAsExpected(lines: readonly string[], { line = '', expected }: LimitFile): boolean {
  if (typeof expected === 'string') return lines.includes(expected);
  return !lines.some((text) => text.startsWith(`${line} `));
}

function keyOf({ name, line = '' }: LimitFile): string {
  return `${name} ${line}`;
}

function limitError(what: string, cause?: unknown): InfrastructureError {
  return new InfrastructureError(
    'sandbox-setup-failed',
    `${what}. The job would not be held to its limit, so it is not run; see \`sandlot doctor\`.`,
    { cause },
  );
}
