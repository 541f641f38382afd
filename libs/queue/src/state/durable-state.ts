import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { InfrastructureError } from '@sandlot/engine';
import { archiveDirectory } from '../archive/archive-files.js';
import { Archiver } from '../archive/archiver.js';
import { checkArchive } from '../archive/load-archive.js';
import { Journal } from '../journal/journal.js';
import { listJournalFiles, putInPlace, removeFiles, snapshotPath } from '../journal/journal-files.js';
import { journalUncertain } from '../journal/journal-unwritable.js';
import { lockDirectory, type DirectoryLock } from '../journal/lock-directory.js';
import type { Entry } from './entry.js';
import type { QueueState } from './queue-state.js';
import { replay } from './replay.js';
import { writeSnapshot } from './snapshot.js';
import type { StoredJob } from './stored-job.js';

export interface DurableStateOptions {
  readonly directory: string;
  /** Journal size from which on it is compacted, unless the snapshot is larger. Unit: bytes. */
  readonly compactBytes: number;
  /** What finished jobs may take in memory before they are moved to disk. Unit: bytes. */
  readonly residentBytes: number;
  /** Size from which on a file of finished jobs is left for a new one. Unit: bytes. */
  readonly segmentBytes: number;
  readonly onError: (error: Error) => void;
}

/** How often a queue that cannot be written looks whether it can again. */
const RETRY_MS = 1_000;

/** Told when what was in memory alone is gone. */
export interface RecoveryListener {
  /** A write failed: memory now shows `after`, which is what is on disk. Nothing can be changed yet. */
  readonly rolledBack: (before: QueueState, after: QueueState) => void;
  /** Changes are taken again. */
  readonly recovered: () => void;
}

/**
 * The state in memory, its journal on disk, and the archive of finished jobs. Changes are seen at once and durable once `durable` resolves.
 * If that rejects they are undone, by reading the disk anew, and so is everything after them; until the disk can be
 * written again every change is refused.
 */
export class DurableState {
  #state: QueueState;
  readonly #journal: Journal;
  readonly #lock: DirectoryLock;
  readonly #options: DurableStateOptions;
  readonly #archiver: Archiver;
  /** The journal is compacted beyond this size. */
  #compactAt: number;
  #compacting: Promise<void> | undefined;
  #recovering: Promise<void> | undefined;
  /** Memory shows changes that are not on disk, and were rejected. */
  #isUntrue = false;
  #listener: RecoveryListener | undefined;
  readonly #closing = new AbortController();

  private constructor(
    state: QueueState,
    journal: Journal,
    lock: DirectoryLock,
    options: DurableStateOptions,
    lastSegment: number,
  ) {
    this.#state = state;
    this.#journal = journal;
    this.#lock = lock;
    this.#options = options;
    this.#compactAt = options.compactBytes;
    this.#archiver = new Archiver({
      ...options,
      directory: archiveDirectory(options.directory),
      state: () => this.#state,
      lastSegment,
      commit: (entry) => this.commit(entry),
      durable: async () => this.durable(),
    });
    this.#archiver.notice();
  }

  /**
   * Opens a queue directory, made if missing, and reads what it holds.
   *
   * @throws {InfrastructureError} `queue-unavailable` if another process has it, or a file is damaged.
   */
  static async open(options: DurableStateOptions): Promise<DurableState> {
    const { directory } = options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const lock = await lockDirectory(directory);
    try {
      const { state, number, bytes } = await replay(directory);
      const lastSegment = await checkArchive(archiveDirectory(directory), state);
      // Nothing is written before the first commit.
      const onFailure = (failure: InfrastructureError): void => opened.#startRecovery(failure);
      const journal = await Journal.open({ directory, onFailure }, number, bytes);
      const opened = new DurableState(state, journal, lock, options, lastSegment);
      return opened;
    } catch (thrown) {
      await lock.release();
      throw thrown;
    }
  }

  /** What is so now. Another object after each failed write. */
  get state(): QueueState {
    return this.#state;
  }

  /** Whether changes are refused, for now or for good. */
  get isRefusing(): boolean {
    return this.#journal.isRefusing;
  }

  /** @throws {InfrastructureError} `queue-unavailable` while the journal cannot be written. */
  check(): void {
    this.#journal.check();
  }

  /** @throws {InfrastructureError} `queue-unavailable` while memory shows changes that were rejected. */
  checkIsTrue(): void {
    if (this.#isUntrue) this.check();
  }

  listen(listener: RecoveryListener): void {
    this.#listener = listener;
  }

  /** Resolves once changes are taken again, with false if only a restart helps or the state is being closed. */
  async recovered(): Promise<boolean> {
    await this.#recovering;
    return !this.isRefusing;
  }

  commit(...entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#journal.append(JSON.stringify(entry));
      this.state.apply(entry);
    }
    if (this.#closing.signal.aborted) return;
    this.#archiver.notice();
    if (this.#journal.bytes > this.#compactAt) this.#startCompaction();
  }

  /** A job, wherever it is. Changes to one that is on disk are lost: see `bringBack`. */
  async read(id: string): Promise<StoredJob | undefined> {
    return this.state.jobs.get(id) ?? (await this.#archiver.read(id)) ?? this.state.jobs.get(id);
  }

  /** Has a finished job in memory again, so that it can be changed. */
  async bringBack(id: string): Promise<void> {
    const number = this.#state.archive.place(id)?.number;
    const job = await this.#archiver.read(id);
    if (job !== undefined && this.#state.archive.place(id)?.number === number)
      this.commit({ t: 'job', job: structuredClone(job) });
  }

  /** Gives the space of removed jobs back, if it is worth while. */
  sweep(): void {
    if (this.#journal.bytes + this.state.archive.emptyBytes > this.#compactAt) this.#startCompaction();
  }

  /** Resolves once every change so far survives any crash. */
  async durable(): Promise<void> {
    return this.#journal.durable();
  }

  /** Writes the state anew and drops the journals before it. One at a time. */
  async compact(): Promise<void> {
    this.#compacting ??= this.#compact().finally(() => (this.#compacting = undefined));
    return this.#compacting;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#compacting?.catch(this.#options.onError);
    await this.#archiver.close();
    await this.#journal.settled();
    await this.#recovering;
    await this.#journal.close();
    await this.#lock.release();
  }

  #startCompaction(): void {
    if (this.#compacting === undefined) this.compact().catch(this.#options.onError);
  }

  async #compact(): Promise<void> {
    const { compactBytes } = this.#options;
    try {
      this.check();
      this.#compactAt = Math.max(compactBytes, await this.#rewrite());
    } catch (thrown) {
      // A disk that is full must not be asked again with every change.
      this.#compactAt = this.#journal.bytes + compactBytes;
      throw thrown;
    }
  }

  /** Gives the size of the snapshot, in bytes. */
  async #rewrite(): Promise<number> {
    const { directory, onError } = this.#options;
    // A failure is told, and leaves more in the snapshot.
    await this.#archiver.move(0).catch(onError);
    this.#archiver.dropEmptySegments();
    const number = await this.#journal.rotate();
    const path = snapshotPath(directory, number);
    const snapshotBytes = await this.#writeSnapshot(`${path}.tmp`);
    await putInPlace(directory, `${path}.tmp`, path);
    const { leftovers } = await listJournalFiles(directory);
    await removeFiles(leftovers);
    await this.#archiver.removeDropped();
    return snapshotBytes;
  }

  /** What a snapshot shows must not be newer than what its journal can tell. If it cannot be, there is no file. */
  async #writeSnapshot(path: string): Promise<number> {
    try {
      const snapshotBytes = await writeSnapshot(path, this.#state);
      // A write that failed since has ended this wait, or still refuses it: recovery waits for the compaction.
      await this.#journal.durable();
      return snapshotBytes;
    } catch (thrown) {
      await rm(path, { force: true });
      throw thrown;
    }
  }

  #startRecovery(failure: InfrastructureError): void {
    this.#isUntrue = true;
    this.#recovering = this.#recover().finally(() => (this.#recovering = undefined));
    this.#options.onError(failure);
  }

  async #recover(): Promise<void> {
    const { signal } = this.#closing;
    try {
      // It ends soon, since nothing can be durable now, and its failure is told by whoever started it.
      await this.#compacting?.catch(() => undefined);
      await this.#rollBack();
      do {
        if (signal.aborted) return;
        // `close` ends this wait; there is nothing else it can fail of.
        await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      } while (!(await this.#journal.probe()));
    } catch (thrown) {
      const reason = journalUncertain(this.#journal.path, thrown);
      this.#journal.refuseFor(reason);
      this.#options.onError(reason);
      return;
    }
    this.#journal.reopen();
    this.#listener?.recovered();
  }

  /** Makes disk and memory agree on what was acknowledged. */
  async #rollBack(): Promise<void> {
    await this.#journal.rollBack();
    if (this.#closing.signal.aborted) return;
    const { state, number, bytes } = await replay(this.#options.directory);
    if (number !== this.#journal.number || bytes !== this.#journal.bytes)
      throw new Error(`journal ${number} ends at byte ${bytes} instead of ${this.#journal.bytes}`);
    const before = this.#state;
    this.#state = state;
    this.#archiver.keepDropped();
    this.#isUntrue = false;
    this.#listener?.rolledBack(before, state);
  }
}
