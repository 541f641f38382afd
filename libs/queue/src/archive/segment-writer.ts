import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../journal/journal-files.js';
import type { StoredJob } from '../state/stored-job.js';
import type { ArchiveRow } from './archive-row.js';
import { segmentPath } from './archive-files.js';
import { encodeBatch } from './batch.js';
import { SEGMENT_SLOTS } from './segment-table.js';

/** Where a batch came to be. */
export interface Appended {
  readonly segment: number;
  /** Slot of the first row. */
  readonly first: number;
  /** Length of the segment now. */
  readonly bytes: number;
  readonly rows: readonly ArchiveRow[];
}

/**
 * Appends batches to the newest segment. A process never goes on in a segment of an earlier one, so what a crash
 * left behind the last batch that counts is never looked at. A write that fails may be repeated: it goes to the
 * same place.
 */
export class SegmentWriter {
  readonly #directory: string;
  readonly #segmentBytes: number;
  #number: number;
  #file: FileHandle | undefined;
  #bytes = 0;
  #slots = 0;

  /** `number` is that of the last segment there is. */
  constructor(directory: string, number: number, segmentBytes: number) {
    this.#directory = directory;
    this.#number = number;
    this.#segmentBytes = segmentBytes;
  }

  /** The segment that is being written. */
  get number(): number {
    return this.#number;
  }

  /** Writes jobs for good. Nobody else may append meanwhile. */
  async append(jobs: readonly StoredJob[]): Promise<Appended> {
    const file = await this.#fileFor(jobs.length);
    const { bytes, rows } = encodeBatch(jobs, this.#bytes);
    await writeAt(file, bytes, this.#bytes);
    await file.datasync();
    const first = this.#slots;
    this.#bytes += bytes.length;
    this.#slots += rows.length;
    return { segment: this.#number, first, bytes: this.#bytes, rows };
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #fileFor(count: number): Promise<FileHandle> {
    const isFull = this.#bytes >= this.#segmentBytes || this.#slots + count > SEGMENT_SLOTS;
    if (this.#file !== undefined && !isFull) return this.#file;
    await this.close();
    if ((await mkdir(this.#directory, { recursive: true, mode: 0o700 })) !== undefined)
      await syncDirectory(dirname(this.#directory));
    this.#number += 1;
    this.#file = await open(segmentPath(this.#directory, this.#number), 'wx', 0o600);
    this.#bytes = 0;
    this.#slots = 0;
    await syncDirectory(this.#directory);
    return this.#file;
  }
}

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
