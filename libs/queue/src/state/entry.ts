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
  | { readonly t: 'meta'; readonly field: string; readonly value: string | null };
