import { archiveDirectory } from '../archive/archive-files.js';
import { loadArchive } from '../archive/load-archive.js';
import { journalPath, listJournalFiles, removeFiles, snapshotPath } from '../journal/journal-files.js';
import { readJournal } from '../journal/read-journal.js';
import { endStateOf } from './end-state.js';
import type { Entry } from './entry.js';
import { QueueState } from './queue-state.js';
import { readSnapshot } from './snapshot.js';

/** Reads the newest snapshot and what came after it. Gives where the newest journal goes on. */
export async function replay(
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
