import { open, type FileHandle } from 'node:fs/promises';
import { InfrastructureError } from '@sandlot/engine';
import { encodeFrame } from './frame.js';
import { journalPath, syncDirectory } from './journal-files.js';

/** Characters per batch; what is beyond waits for the next one. */
const MAX_BATCH_LENGTH = 4 * 1024 * 1024;

/** Those who wait for one batch to be on disk. */
interface Batch {
  readonly durable: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * The newest journal file, appended to in batches: all entries of one turn, and all that came while the batch
 * before was being synced, share one write and one fdatasync. Any failure to write is final, since nobody knows
 * what is on disk then: the queue refuses everything until it is opened anew.
 */
export class Journal {
  readonly #directory: string;
  #file: FileHandle;
  #number: number;
  #bytes: number;
  readonly #pending: string[] = [];
  /** The batch of what is pending. */
  #next = newBatch();
  /** The batch that is being written. */
  #current: Batch | undefined;
  #writing: Promise<void> | undefined;
  #rotation: (() => void) | undefined;
  #failure: InfrastructureError | undefined;

  private constructor(directory: string, file: FileHandle, number: number, bytes: number) {
    this.#directory = directory;
    this.#file = file;
    this.#number = number;
    this.#bytes = bytes;
  }

  /** Opens `journal-<number>` to go on after its first `bytes` bytes; what follows them is cut off. */
  static async open(directory: string, number: number, bytes: number): Promise<Journal> {
    const file = await open(journalPath(directory, number), 'a', 0o600);
    const { size } = await file.stat();
    if (size > bytes) {
      await file.truncate(bytes);
      await file.sync();
    }
    await syncDirectory(directory);
    return new Journal(directory, file, number, bytes);
  }

  get number(): number {
    return this.#number;
  }

  /** Size of the newest file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws {InfrastructureError} `queue-unavailable` once a write has failed. */
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

  /** Goes on in a new file from the next batch on; resolves with its number. */
  async rotate(): Promise<number> {
    this.check();
    await new Promise<void>((resolve) => {
      this.#rotation = resolve;
      this.#schedule();
    });
    this.check();
    return this.#number;
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
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
    const lines = takeBatch(this.#pending);
    if (lines.length === 0) return;
    const batch = this.#next;
    this.#current = batch;
    if (this.#pending.length === 0) this.#next = newBatch();
    const frame = encodeFrame(lines);
    await this.#file.appendFile(frame);
    await this.#file.datasync();
    this.#bytes += frame.length;
    // A batch that was split is on disk when its last part is.
    if (this.#next !== batch) batch.resolve();
    this.#current = undefined;
  }

  async #rotateIfAsked(): Promise<void> {
    const done = this.#rotation;
    if (done === undefined) return;
    const file = await open(journalPath(this.#directory, this.#number + 1), 'ax', 0o600);
    await syncDirectory(this.#directory);
    await this.#file.close();
    this.#file = file;
    this.#number += 1;
    this.#bytes = 0;
    this.#rotation = undefined;
    done();
  }

  #fail(thrown: unknown): void {
    const path = journalPath(this.#directory, this.#number);
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    this.#failure = new InfrastructureError(
      'queue-unavailable',
      `Cannot write the queue's journal ${path}: ${why}. Make room or repair the disk, then restart; nothing that was acknowledged is lost`,
      { cause: thrown },
    );
    this.#current?.reject(this.#failure);
    this.#next.reject(this.#failure);
    this.#rotation?.();
  }
}

/** Takes lines off the front, at least one, up to the length of a batch. */
function takeBatch(pending: string[]): readonly string[] {
  let length = 0;
  let count = 0;
  while (count < pending.length && (count === 0 || length < MAX_BATCH_LENGTH)) {
    length += pending[count]?.length ?? 0;
    count += 1;
  }
  return pending.splice(0, count);
}

function newBatch(): Batch {
  let resolve = (): void => undefined;
  let reject = (_: Error): void => undefined;
  const durable = new Promise<void>((...settle) => ([resolve, reject] = settle));
  // Nobody may be waiting for this batch; whoever is gets the error all the same.
  durable.catch(() => undefined);
  return { durable, resolve, reject };
}
