import { open, rm, type FileHandle } from 'node:fs/promises';
import type { InfrastructureError } from '@sandlot/engine';
import { encodeFrame } from './frame.js';
import { journalPath, syncDirectory } from './journal-files.js';
import { journalUnwritable } from './journal-unwritable.js';

/** Characters per frame; a batch may have several. */
const MAX_FRAME_LENGTH = 4 * 1024 * 1024;
/** What must fit on the disk before the journal is written again after a failure. Unit: bytes. */
const PROBE_BYTES = 64 * 1024;

/** Those who wait for one batch to be on disk. */
interface Batch {
  readonly durable: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface JournalOptions {
  readonly directory: string;
  /** Called at once when a batch could not be written: everything is refused until `reopen`. */
  readonly onFailure: (failure: InfrastructureError) => void;
}

/**
 * The newest journal file, appended to in batches: all entries of one turn, and all that came while the batch
 * before was being synced, share one write and one fdatasync. A batch is on disk as a whole or rejected as a whole,
 * and with it all that came after it. The journal then refuses everything until its owner has had it cut back to
 * the last batch that was acknowledged (`rollBack`), found room for more (`probe`) and called `reopen`.
 */
export class Journal {
  readonly #directory: string;
  readonly #onFailure: JournalOptions['onFailure'];
  #file: FileHandle;
  #number: number;
  /** Length of what was acknowledged. */
  #bytes: number;
  #pending: string[] = [];
  /** The batch of what is pending. */
  #next = newBatch();
  /** The batch that is being written. */
  #current: Batch | undefined;
  #writing: Promise<void> | undefined;
  #rotation: Batch | undefined;
  #failure: InfrastructureError | undefined;

  private constructor(
    { directory, onFailure }: JournalOptions,
    file: FileHandle,
    number: number,
    bytes: number,
  ) {
    this.#directory = directory;
    this.#onFailure = onFailure;
    this.#file = file;
    this.#number = number;
    this.#bytes = bytes;
  }

  /** Opens `journal-<number>` to go on after its first `bytes` bytes; what follows them is cut off. */
  static async open(options: JournalOptions, number: number, bytes: number): Promise<Journal> {
    const { directory } = options;
    const file = await open(journalPath(directory, number), 'a', 0o600);
    const { size } = await file.stat();
    if (size > bytes) {
      await file.truncate(bytes);
      await file.sync();
    }
    await syncDirectory(directory);
    return new Journal(options, file, number, bytes);
  }

  get number(): number {
    return this.#number;
  }

  /** Size of the newest file, without what is being written. */
  get bytes(): number {
    return this.#bytes;
  }

  get path(): string {
    return journalPath(this.#directory, this.#number);
  }

  get isRefusing(): boolean {
    return this.#failure !== undefined;
  }

  /** @throws {InfrastructureError} `queue-unavailable`, from a failed write until `reopen`. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Adds an entry (one line) to the next batch. */
  append(line: string): void {
    this.check();
    this.#pending.push(line);
    this.#schedule();
  }

  /** Resolves once everything appended so far is on disk. */
  async durable(): Promise<void> {
    this.check();
    if (this.#pending.length > 0) return this.#next.durable;
    return this.#current?.durable;
  }

  /** Goes on in a new file from the next batch on; resolves with its number. If there can be none, all stays as it is. */
  async rotate(): Promise<number> {
    this.check();
    this.#rotation ??= newBatch();
    this.#schedule();
    await this.#rotation.durable;
    return this.#number;
  }

  /**
   * Cuts off what was not acknowledged. Resolves once that is durable.
   *
   * @throws {Error} the system's: then nobody knows what is on disk.
   */
  async rollBack(): Promise<void> {
    await this.#file.truncate(this.#bytes);
    await this.#file.datasync();
    // Left behind by a rotation that failed half-way; with it there, this file could not be the newest.
    await rm(journalPath(this.#directory, this.#number + 1), { force: true });
  }

  /**
   * Whether the journal can be written again, found out by writing and cutting off. The write begins in the page
   * that acknowledged bytes end in, so it also puts that page on the disk anew, should a failed sync have left it
   * in memory alone (fsync(2): after EIO a page may count as clean). Pages before it were synced with success.
   *
   * @throws {Error} as `rollBack` does.
   */
  async probe(): Promise<boolean> {
    let hasRoom = false;
    try {
      await this.#file.appendFile(Buffer.alloc(PROBE_BYTES));
      await this.#file.datasync();
      hasRoom = true;
    } catch (thrown) {
      this.#failure = journalUnwritable(this.path, thrown);
    }
    await this.rollBack();
    return hasRoom;
  }

  /** Takes entries again. What was rejected must be gone from disk and memory. */
  reopen(): void {
    this.#failure = undefined;
  }

  /** Refuses everything for good, for this reason. */
  refuseFor(reason: InfrastructureError): void {
    this.#failure = reason;
  }

  /** Resolves once nothing is being written. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    await this.settled();
    await this.#file.close();
  }

  #schedule(): void {
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // What else this turn of the loop appends joins the batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#failure === undefined && (this.#pending.length > 0 || this.#rotation !== undefined)) {
      try {
        await this.#writeBatch();
        await this.#rotateIfAsked();
      } catch (thrown) {
        this.#fail(thrown);
      }
    }
    this.#writing = undefined;
  }

  async #writeBatch(): Promise<void> {
    const lines = this.#pending;
    if (lines.length === 0) return;
    const batch = this.#next;
    this.#current = batch;
    this.#pending = [];
    this.#next = newBatch();
    let bytes = 0;
    for (const part of inParts(lines)) {
      const frame = encodeFrame(part);
      await this.#file.appendFile(frame);
      bytes += frame.length;
    }
    await this.#file.datasync();
    this.#bytes += bytes;
    this.#current = undefined;
    batch.resolve();
  }

  async #rotateIfAsked(): Promise<void> {
    const rotation = this.#rotation;
    if (rotation === undefined) return;
    const path = journalPath(this.#directory, this.#number + 1);
    try {
      const file = await open(path, 'ax', 0o600);
      const old = this.#file;
      try {
        await syncDirectory(this.#directory);
      } catch (thrown) {
        await file.close();
        throw thrown;
      }
      this.#file = file;
      this.#number += 1;
      this.#bytes = 0;
      this.#rotation = undefined;
      rotation.resolve();
      await old.close();
    } catch (thrown) {
      if (this.#rotation !== rotation) throw thrown;
      await rm(path, { force: true });
      this.#rotation = undefined;
      rotation.reject(journalUnwritable(path, thrown));
    }
  }

  #fail(thrown: unknown): void {
    const failure = journalUnwritable(this.path, thrown);
    this.#failure = failure;
    for (const batch of [this.#current, this.#next, this.#rotation]) batch?.reject(failure);
    this.#pending = [];
    this.#next = newBatch();
    this.#current = undefined;
    this.#rotation = undefined;
    this.#onFailure(failure);
  }
}

/** Lines in groups, of one line at least and of a frame's length at most. */
function* inParts(lines: readonly string[]): Generator<readonly string[]> {
  let part: string[] = [];
  let length = 0;
  for (const line of lines) {
    part.push(line);
    length += line.length;
    if (length < MAX_FRAME_LENGTH) continue;
    yield part;
    part = [];
    length = 0;
  }
  if (part.length > 0) yield part;
}

function newBatch(): Batch {
  let resolve = (): void => undefined;
  let reject = (_: Error): void => undefined;
  const durable = new Promise<void>((...settle) => ([resolve, reject] = settle));
  // Nobody may be waiting for this batch; whoever is gets the error all the same.
  durable.catch(() => undefined);
  return { durable, resolve, reject };
}
