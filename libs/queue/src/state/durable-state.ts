import { mkdir } from 'node:fs/promises';
import { terminalState, type JobResult } from '@sandlot/engine';
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
import type { Entry } from './entry.js';
import { QueueState } from './queue-state.js';
import { readSnapshot, writeSnapshot } from './snapshot.js';

export interface DurableStateOptions {
  readonly directory: string;
  /** Journal size from which on it is compacted, unless the snapshot is larger. Unit: bytes. */
  readonly compactBytes: number;
  readonly onError: (error: Error) => void;
}

/** The state in memory and its journal on disk. Changes are seen at once and durable once `durable` resolves. */
export class DurableState {
  readonly state: QueueState;
  readonly #journal: Journal;
  readonly #lock: DirectoryLock;
  readonly #options: DurableStateOptions;
  /** The journal is compacted beyond this size. */
  #compactAt: number;
  #compacting: Promise<void> | undefined;

  private constructor(
    state: QueueState,
    journal: Journal,
    lock: DirectoryLock,
    options: DurableStateOptions,
  ) {
    this.state = state;
    this.#journal = journal;
    this.#lock = lock;
    this.#options = options;
    this.#compactAt = options.compactBytes;
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
      const journal = await Journal.open(directory, number, bytes);
      return new DurableState(state, journal, lock, options);
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
    if (this.#journal.bytes > this.#compactAt) this.#startCompaction();
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
    await this.#compacting?.catch(this.#options.onError);
    await this.#journal.close();
    await this.#lock.release();
  }

  #startCompaction(): void {
    if (this.#compacting === undefined) this.compact().catch(this.#options.onError);
  }

  async #compact(): Promise<void> {
    const { directory, compactBytes } = this.#options;
    const number = await this.#journal.rotate();
    const path = snapshotPath(directory, number);
    const snapshotBytes = await writeSnapshot(`${path}.tmp`, this.state);
    // What the snapshot shows must not be newer than what its journal can tell.
    await this.#journal.durable();
    await putInPlace(directory, `${path}.tmp`, path);
    const { leftovers } = await listJournalFiles(directory);
    await removeFiles(leftovers);
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

/** A crash can come between a job's end and the note of it. */
function noteEndStates(state: QueueState): void {
  for (const { id, state: stands, endState, returnvalue = 'null' } of state.jobs.values()) {
    if (endState !== undefined || stands !== 'completed') continue;
    const result = JSON.parse(returnvalue) as JobResult | null;
    const to = { endState: result === null ? 'cancelled' : terminalState(result.outcome) } as const;
    state.apply({ t: 'set', id, to });
  }
}
