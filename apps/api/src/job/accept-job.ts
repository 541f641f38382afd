import { misfitsOf, type JobSpec } from '@sandlot/contract';
import {
  resolveJobLimits,
  stepsOf,
  storeSpec,
  tenantKey,
  unheldLimits,
  type IdempotencyKey,
  type JobLimits,
  type JobRecord,
  type NewJob,
} from '@sandlot/engine';
import type { FastifyBaseLogger } from 'fastify';
import { uuidv7 } from 'uuidv7';
import type { ApiContext } from '../api-context.js';
import { fingerprint } from '../body/fingerprint.js';
import { Refusal } from '../problem/refusal.js';
import { maybeAccepted, notOffered } from './acceptance-refusal.js';
import {
  limitRefusal,
  misfitRefusal,
  profileRefusal,
  runtimeRefusal,
  unheldRefusal,
} from './limit-refusal.js';

/** What a client asks for. */
export interface Submission {
  readonly spec: JobSpec;
  /** Whose job it becomes; undefined where the service has no keys. */
  readonly tenant: string | undefined;
  readonly idempotencyKey: string | undefined;
}

export interface Acceptance {
  readonly record: JobRecord;
  /** The Idempotency-Key was used before, for this very request: `record` is the job of then. */
  readonly isReplay: boolean;
}

/**
 * Makes a spec a durable job: limits, then the id (an idempotency key may have one already), then contents into the
 * store, then the record into the queue. So whoever repeats a request whose process died goes on where it stopped.
 */
export async function acceptJob(
  context: ApiContext,
  submission: Submission,
  log: FastifyBaseLogger,
): Promise<Acceptance> {
  const { spec, tenant, idempotencyKey } = submission;
  const resolved = resolveJobLimits({ limits: spec.limits, steps: stepsOf(spec) }, context.maxima);
  if (!resolved.ok) throw limitRefusal(resolved.excess);
  refuseUnheld(context, resolved);
  refuseUnknownProfile(context, spec);
  refuseUnknownRuntime(context, spec);
  const misfits = misfitsOf(spec.files, resolved.limits);
  if (misfits.length > 0) throw misfitRefusal(misfits);
  const own = { ...submission, id: uuidv7(), limits: resolved };
  if (idempotencyKey === undefined) return await acceptUnkeyed(context, own, log);
  const idempotency = { key: tenantKey(tenant, idempotencyKey), fingerprint: fingerprint(spec) };
  const reserved = await context.queue.reserve(own.id, idempotency).catch((error: unknown) => {
    throw notOffered(error);
  });
  if (reserved.kind === 'conflict') throw keyConflict(idempotencyKey);
  if (reserved.kind === 'replayed') return { record: reserved.record, isReplay: true };
  // If this fails its contents stay: another request with the key may be storing them for the same job. What no
  // job ever needs, the worker's sweep removes.
  return await storeAndEnqueue(context, { ...own, id: reserved.id }, idempotency);
}

/** A submission that may become a job, under this id. */
interface Candidate extends Submission {
  readonly id: string;
  readonly limits: JobLimits;
}

/** Where no worker is known, the one that takes the job decides. */
function refuseUnheld({ abilities, allowUnenforced }: ApiContext, limits: JobLimits): void {
  if (abilities === undefined || allowUnenforced) return;
  const unheld = unheldLimits(limits, abilities);
  if (unheld.length > 0) throw unheldRefusal(unheld);
}

function refuseUnknownRuntime({ abilities }: ApiContext, { runtime = 'native' }: JobSpec): void {
  if (abilities === undefined || abilities.runtimes.includes(runtime)) return;
  throw runtimeRefusal(runtime, abilities.runtimes);
}

function refuseUnknownProfile({ abilities }: ApiContext, { seccomp }: JobSpec): void {
  if (abilities === undefined || seccomp === undefined) return;
  if (!abilities.seccompProfiles.includes(seccomp)) throw profileRefusal(seccomp, abilities.seccompProfiles);
}

async function acceptUnkeyed(
  context: ApiContext,
  candidate: Candidate,
  log: FastifyBaseLogger,
): Promise<Acceptance> {
  try {
    return await storeAndEnqueue(context, candidate);
  } catch (error) {
    await removeContents(context, candidate.id, log);
    throw error;
  }
}

async function storeAndEnqueue(
  context: ApiContext,
  { id, tenant, spec, limits }: Candidate,
  idempotency?: IdempotencyKey,
): Promise<Acceptance> {
  const createdAt = new Date().toISOString();
  const job: NewJob = {
    id,
    createdAt,
    ...(tenant === undefined ? {} : { tenant }),
    spec: await storeSpec(context.store, id, spec, limits),
  };
  const { kind, record } = await context.queue.enqueue(job, idempotency).catch((error: unknown) => {
    throw maybeAccepted(error, id, idempotency !== undefined);
  });
  return { record, isReplay: kind === 'replayed' };
}

function keyConflict(key: string): Refusal {
  return new Refusal(
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
