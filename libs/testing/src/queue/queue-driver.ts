import { isTerminal, type JobState, type StateEvent } from '@sandlot/contract';
import type {
  EnqueueResult,
  IdempotencyKey,
  JobConsumer,
  JobHandler,
  JobQueue,
  JobRecord,
  Lease,
  NewJob,
  StoredEvent,
} from '@sandlot/engine';
import { expect } from 'vitest';

const DEADLINE_MS = 10_000;

/**
 * Sends a job under an idempotency key, as the API does: reserve, `store` its contents under the id, enqueue.
 *
 * @throws {Error} if the key was used with another body.
 */
export async function submitWith(
  queue: JobQueue,
  job: NewJob,
  idempotency: IdempotencyKey,
  store: (id: string) => Promise<void> = async () => Promise.resolve(),
): Promise<EnqueueResult> {
  const reserved = await queue.reserve(job.id, idempotency);
  if (reserved.kind === 'conflict') throw new Error(`Key ${idempotency.key} was used with another body`);
  if (reserved.kind === 'replayed') return reserved;
  await store(reserved.id);
  return queue.enqueue({ ...job, id: reserved.id }, idempotency);
}

/** Polls until `read` gives something. Fails after 10 s, saying what was waited for. */
export async function waitFor<T>(
  what: string,
  read: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const found = await read();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`Waited ${DEADLINE_MS} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Waits until a job is in a terminal state. */
export async function waitForEnd(queue: JobQueue, id: string): Promise<JobRecord> {
  return waitFor(`the end of job ${id}`, async () => {
    const record = await queue.find(id);
    return record !== undefined && isTerminal(record.state) ? record : undefined;
  });
}

export async function waitForState(queue: JobQueue, id: string, state: JobState): Promise<JobRecord> {
  return waitFor(`state ${state} of job ${id}`, async () => {
    const record = await queue.find(id);
    return record?.state === state ? record : undefined;
  });
}

/** All events of a job up to its end. */
export async function collectEvents(
  queue: JobQueue,
  id: string,
  after?: string,
): Promise<readonly StoredEvent[]> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const events: StoredEvent[] = [];
  for await (const event of queue.events(id, { signal, ...(after === undefined ? {} : { after }) }))
    events.push(event);
  expect(signal.aborted, `the events of job ${id} end by themselves`).toBe(false);
  return events;
}

/** States in the order a reader was told of them. */
export function statesOf(events: readonly StoredEvent[]): readonly JobState[] {
  return events
    .map(({ event }) => event)
    .filter(isStateEvent)
    .map(({ state }) => state);
}

function isStateEvent(event: StoredEvent['event']): event is StateEvent {
  return event.type === 'state';
}

/** Starts a consumer that is closed with the returned function at the latest. */
export async function consumeWith(
  queue: JobQueue,
  handle: JobHandler,
  { concurrency = 4, worker = 'worker-a' }: { readonly concurrency?: number; readonly worker?: string } = {},
): Promise<JobConsumer> {
  return queue.consume({ worker, concurrency, handle, onError: () => undefined });
}

/** Resolves when the lease ends early, with the reason. */
export async function leaseEnd(lease: Lease): Promise<unknown> {
  if (lease.signal.aborted) return lease.signal.reason;
  return new Promise((resolve) => {
    lease.signal.addEventListener('abort', () => resolve(lease.signal.reason), { once: true });
  });
}
