import type { ArchiveRow } from '../archive/archive-row.js';
import type { KeyRecord } from '../backing/backing.js';
import type { JobChange, StoredJob } from './stored-job.js';

/**
 * One change of the queue's state, as it stands in the journal. Entries say what is, not what happened, so a
 * snapshot may be taken while they go on: replayed over a newer state they lead to the same end.
 */
export type Entry =
  | { readonly t: 'job'; readonly job: StoredJob }
  | { readonly t: 'set'; readonly id: string; readonly to: JobChange }
  | { readonly t: 'del'; readonly id: string }
  | { readonly t: 'key'; readonly key: string; readonly record: KeyRecord; readonly at: number }
  | { readonly t: 'unkey'; readonly key: string }
  | { readonly t: 'meta'; readonly field: string; readonly value: string | null }
  /** Jobs are on disk now, in these slots from `first` on; the segment is `bytes` long. */
  | {
      readonly t: 'arch';
      readonly segment: number;
      readonly first: number;
      readonly bytes: number;
      readonly rows: readonly ArchiveRow[];
    }
  /** In snapshots: of the first `slots` rows of a segment's tables all count but the `dead` ranges. */
  | {
      readonly t: 'segment';
      readonly number: number;
      readonly bytes: number;
      readonly slots: number;
      readonly dead: readonly number[];
    };
