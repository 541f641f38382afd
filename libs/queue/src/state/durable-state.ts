import { mkdir } from 'node:fs/promises';
import { archiveDirectory } from '../archive/archive-files.js';
import { Archiver } from '../archive/archiver.js';
import { checkArchive, loadArchive } from '../archive/load-archive.js';
import { Journal } from '../journal/journal.js';
import {
  journalPath,
  listJournalFiles,
  putInPlace,
  removeFiles,
  snapshotPath,
} from '../journal/journal-files.js';
import { lockDirectory, type DirectoryLock } from '../journal/lock-directory.js';
import { readJournal } from '../journal/read-journal.js';
import { endStateOf } from './end-state.js';
import type { Entry } from './entry.js';
import { QueueState } from './queue-state.js';
import { readSnapshot, writeSnapshot } from './snapshot.js';
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

/** The state in memory, its journal on disk, and the archive of finished jobs. Changes are seen at once and durable once `durable` resolves. */
export class DurableState {
  readonly state: QueueState;
  readonly #journal: Journal;
  readonly #lock: DirectoryLock;
  readonly #options: DurableStateOptions;
  readonly #archiver: Archiver;
  /** The journal is compacted beyond this size. */
  #compactAt: number;
  #compacting: Promise<void> | undefined;
  #isClosing = false;

  private constructor(
    state: QueueState,
    journal: Journal,
    lock: DirectoryLock,
    options: DurableStateOptions,
    lastSegment: number,
  ) {
    this.state = state;
    this.#journal = journal;
    this.#lock = lock;
    this.#options = options;
    this.#compactAt = options.compactBytes;
    this.#archiver = new Archiver({
      ...options,
      directory: archiveDirectory(options.directory),
      state,
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
      const journal = await Journal.open(directory, number, bytes);
      return new DurableState(state, journal, lock, options, lastSegment);
    } catch (thrown) {
      await lock.release();
      throw thrown;
    }
  }

  /** @throws {InfrastructureError} `queue-unavailable` once the journal could not be written. */
  check(): void {
    this.#journal.check();
  }

  commit(...entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#journal.append(JSON.stringify(entry));
      this.state.apply(entry);
    }
    if (this.#isClosing) return;
    this.#archiver.notice();
    if (this.#journal.bytes > this.#compactAt) this.#startCompaction();
  }

  /** A job, wherever it is. Changes to one that is on disk are lost: see `bringBack`. */
  async read(id: string): Promise<StoredJob | undefined> {
    return this.state.jobs.get(id) ?? (await this.#archiver.read(id)) ?? this.state.jobs.get(id);
  }

  /** Has a finished job in memory again, so that it can be changed. */
  async bringBack(id: string): Promise<void> {
    const { archive } = this.state;
    const number = archive.place(id)?.number;
    const job = await this.#archiver.read(id);
    if (job !== undefined && archive.place(id)?.number === number)
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
    this.#isClosing = true;
    await this.#compacting?.catch(this.#options.onError);
    await this.#archiver.close();
    await this.#journal.close();
    await this.#lock.release();
  }

  #startCompaction(): void {
    if (this.#compacting === undefined) this.compact().catch(this.#options.onError);
  }

  async #compact(): Promise<void> {
    const { directory, compactBytes, onError } = this.#options;
    // A failure is told, and leaves more in the snapshot.
    await this.#archiver.move(0).catch(onError);
    this.#archiver.dropEmptySegments();
    const number = await this.#journal.rotate();
    const path = snapshotPath(directory, number);
    const snapshotBytes = await writeSnapshot(`${path}.tmp`, this.state);
    // What the snapshot shows must not be newer than what its journal can tell.
    await this.#journal.durable();
    await putInPlace(directory, `${path}.tmp`, path);
    const { leftovers } = await listJournalFiles(directory);
    await removeFiles(leftovers);
    await this.#archiver.removeDropped();
    this.#compactAt = Math.max(compactBytes, snapshotBytes);
  }
}

/** Reads the newest snapshot and what came after it. Gives where the newest journal goes on. */
async function replay(
  directory: string,
): Promise<{ readonly state: QueueState; readonly number: number; readonly bytes: number }> {
  const { snapshot, journals, leftovers } = await listJournalFiles(directory);
  await removeFiles(leftovers);
  const state = new QueueState();
  const apply = (entry: Entry): void => state.apply(entry);
  if (snapshot > 0) await readSnapshot(snapshotPath(directory, snapshot), apply);
  await loadArchive(archiveDirectory(directory), state);
  // Only `DurableState` writes these lines.
  const onLine = (line: string): void => apply(JSON.parse(line) as Entry);
  let bytes = 0;
  for (const number of journals) {
    bytes = await readJournal(journalPath(directory, number), {
      onLine,
      mayBeTorn: number === journals.at(-1),
    });
  }
  noteEndStates(state);
  state.sortFinished();
  return { state, number: journals.at(-1) ?? Math.max(1, snapshot), bytes };
}

/** Older versions noted an end apart, so a crash could come in between. */
function noteEndStates(state: QueueState): void {
  for (const { id, state: stands, endState, returnvalue = 'null' } of state.jobs.values()) {
    if (endState !== undefined || stands !== 'completed') continue;
    const found = endStateOf(JSON.parse(returnvalue));
    if (found !== undefined) state.apply({ t: 'set', id, to: { endState: found } });
  }
}
