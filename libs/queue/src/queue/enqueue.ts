import { InfrastructureError, type EnqueueResult, type IdempotencyKey } from '@sandlot/engine';
import type { JobRecord, NewJob } from '@sandlot/engine';
import { isSameKey, type KeyStore } from '../backing/backing.js';

export interface EnqueueSteps {
  readonly keys: KeyStore;
  /** Whether there is a job with this id. The question is on its way when the call returns. */
  readonly exists: (id: string) => Promise<boolean>;
  /** Adds a job durably. Without effect if there is one with its id. */
  readonly add: (job: NewJob) => Promise<JobRecord>;
  readonly find: (id: string) => Promise<JobRecord | undefined>;
}

/** Accepts a job once per id. */
export async function enqueueOnce(
  job: NewJob,
  { exists, add, find }: Omit<EnqueueSteps, 'keys'>,
): Promise<EnqueueResult> {
  // Both at once: the carrier answers in order, so this tells what was there before the job.
  const [isKnown, record] = await Promise.all([exists(job.id), add(job)]);
  if (!isKnown) return { kind: 'accepted', record };
  return { kind: 'replayed', record: (await find(job.id)) ?? record };
}

/**
 * Accepts a job under the id that its key reserved. Whoever notes first that it was added is told `accepted`. The
 * note comes after the job, so a crash in between leaves a job that is found, never a key whose job is missing.
 *
 * @throws {InfrastructureError} `queue-unavailable` if the key has another id by now, or its job was here and is
 * no longer kept.
 */
export async function enqueueReserved(
  job: NewJob,
  { key, fingerprint }: IdempotencyKey,
  { keys, add, find }: EnqueueSteps,
): Promise<EnqueueResult> {
  const held = await keys.read(key);
  if (held?.jobId !== job.id || held.fingerprint !== fingerprint) throw lapsed(job.id);
  const known = await find(job.id);
  if (known === undefined && held.added) throw lapsed(job.id);
  const added = known ?? (await add(job));
  const isFirst = !held.added && isSameKey(await keys.swap(key, held, { ...held, added: true }), held);
  if (isFirst && known === undefined) return { kind: 'accepted', record: added };
  return { kind: isFirst ? 'accepted' : 'replayed', record: (await find(job.id)) ?? added };
}

function lapsed(id: string): InfrastructureError {
  return new InfrastructureError(
    'queue-unavailable',
    `Cannot accept job ${id}: its idempotency key stands for another job by now. Send the request again`,
  );
}
