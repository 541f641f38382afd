import type { EnqueueResult, IdempotencyKey, JobRecord, NewJob } from '@sandlot/engine';
import type { KeyRecord, KeyStore } from '../backing/backing.js';

export interface EnqueueSteps {
  readonly keys: KeyStore;
  /** Adds a job durably. Without effect if there is one with its id. */
  readonly add: (job: NewJob) => Promise<JobRecord>;
  readonly find: (id: string) => Promise<JobRecord | undefined>;
}

/**
 * Accepts a job once per key. The key is put down first, then the job is added under the id that the key names;
 * whoever comes with the same key adds the same job again, so a crash in between neither loses nor doubles it.
 */
export async function enqueueOnce(
  job: NewJob,
  { key, fingerprint }: IdempotencyKey,
  { keys, add, find }: EnqueueSteps,
): Promise<EnqueueResult> {
  const fresh: KeyRecord = { jobId: job.id, fingerprint, added: false };
  let held: KeyRecord | undefined;
  for (;;) {
    const found = await keys.swap(key, held, fresh);
    if (isSame(found, held)) {
      const record = await add(job);
      await keys.swap(key, fresh, { ...fresh, added: true });
      return { kind: 'accepted', record };
    }
    held = found;
    if (held === undefined) continue;
    if (held.fingerprint !== fingerprint) return { kind: 'conflict' };
    const record = await find(held.jobId);
    if (record !== undefined) return { kind: 'replayed', record };
    if (held.added) continue;
    await add({ ...job, id: held.jobId });
    await keys.swap(key, held, { ...held, added: true });
    const repaired = await find(held.jobId);
    if (repaired !== undefined) return { kind: 'replayed', record: repaired };
  }
}

function isSame(a: KeyRecord | undefined, b: KeyRecord | undefined): boolean {
  return a?.jobId === b?.jobId && a?.fingerprint === b?.fingerprint && a?.added === b?.added;
}
