import type { JobSpec } from '@sandlot/contract';
import { resolveLimits, storeSpec, type JobRecord, type NewJob } from '@sandlot/engine';
import type { FastifyBaseLogger } from 'fastify';
import { uuidv7 } from 'uuidv7';
import type { ApiContext } from '../api-context.js';
import { fingerprint } from '../body/fingerprint.js';
import { Refusal } from '../problem/refusal.js';
import { limitRefusal } from './limit-refusal.js';

export interface Acceptance {
  readonly record: JobRecord;
  /** The Idempotency-Key was used before, for this very request: `record` is the job of then. */
  readonly isReplay: boolean;
}

/** Makes a spec a durable job: limits, then contents into the store, then the record into the queue. */
export async function acceptJob(
  context: ApiContext,
  spec: JobSpec,
  idempotencyKey: string | undefined,
  log: FastifyBaseLogger,
): Promise<Acceptance> {
  const resolved = resolveLimits(spec.limits, context.maxima);
  if (!resolved.ok) throw limitRefusal(resolved.excess);
  const id = uuidv7();
  const createdAt = new Date().toISOString();
  let accepted = false;
  try {
    const job: NewJob = { id, createdAt, spec: await storeSpec(context.store, id, spec, resolved.limits) };
    const { record, isReplay } = await enqueue(context, job, spec, idempotencyKey);
    accepted = record.id === id;
    return { record, isReplay };
  } finally {
    if (!accepted) await removeContents(context, id, log);
  }
}

async function enqueue(
  { queue }: ApiContext,
  job: NewJob,
  spec: JobSpec,
  key: string | undefined,
): Promise<Acceptance> {
  const idempotency = key === undefined ? undefined : { key, fingerprint: fingerprint(spec) };
  const result = await queue.enqueue(job, idempotency);
  if (result.kind !== 'conflict') return { record: result.record, isReplay: result.kind === 'replayed' };
  throw new Refusal(
    'idempotency-conflict',
    `A job with the Idempotency-Key ${JSON.stringify(key)} exists, made by a request with another body.`,
  );
}

/**
 * Takes back the contents of a job that was not queued. When the queue's answer was lost on the way, the job may
 * be there all the same, and needs them: so they go only if the queue says that it does not know the job. The
 * rest is left to the worker's sweep.
 */
async function removeContents(
  { queue, store }: ApiContext,
  id: string,
  log: FastifyBaseLogger,
): Promise<void> {
  try {
    if ((await queue.find(id)) === undefined) await store.remove(id);
  } catch (error) {
    log.warn({ err: error, jobId: id }, 'could not remove the contents of a refused job, ignoring');
  }
}
