import { setTimeout as sleep } from 'node:timers/promises';
import type { JobDocument } from '@sandlot/contract';
import type { EventsOptions } from '../client.js';
import { ConnectionError, reasonOf } from '../connection-error.js';
import { ProblemError } from '../problem-error.js';
import { isTerminal } from '../terminal-states.js';
import type { Transport } from '../transport/transport.js';
import { parseEvents, type ReceivedEvent } from './parse-event.js';

/** A service that restarts is back within this time. Unit: ms. */
const GIVE_UP_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** What following needs of the client. */
export interface Following {
  readonly transport: Transport;
  readonly get: (id: string, signal: AbortSignal | undefined) => Promise<JobDocument>;
}

/**
 * Yields a job's events up to its end, over as many connections as it takes. The first connection must succeed;
 * later ones are tried again, each after the last event received, so that none is lost or seen twice.
 */
export async function* followJob(
  following: Following,
  id: string,
  { after, signal }: EventsOptions,
): AsyncGenerator<ReceivedEvent, void, undefined> {
  let last = after;
  let body = await connect(following.transport, id, last, signal);
  for (;;) {
    let received = 0;
    for await (const item of untilBroken(body, signal)) {
      last = item.id;
      received += 1;
      yield item;
      if (item.event.type === 'state' && isTerminal(item.event.state)) return;
    }
    body = await reconnect(following.transport, id, last, signal);
    // A stream without news may be that of a job whose end we had before (`after`): only the job itself can tell.
    if (received === 0 && isTerminal((await following.get(id, signal)).state)) {
      yield* untilBroken(body, signal);
      return;
    }
  }
}

async function connect(
  transport: Transport,
  id: string,
  after: string | undefined,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await transport(`/v1/jobs/${encodeURIComponent(id)}/events`, {
    headers: { accept: 'text/event-stream', ...(after === undefined ? {} : { 'last-event-id': after }) },
    signal,
  });
  return response.body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
}

/** Ends where the connection breaks, as if the service had ended it: both mean to come again. */
async function* untilBroken(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReceivedEvent, void, undefined> {
  try {
    yield* parseEvents(body);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SyntaxError) {
      throw new ConnectionError('the event stream', `it is garbled: ${reasonOf(error)}`, { cause: error });
    }
  }
}

async function reconnect(
  transport: Transport,
  id: string,
  after: string | undefined,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    await pause(pauseMs, signal);
    try {
      return await connect(transport, id, after, signal);
    } catch (error) {
      if (!isPassing(error) || performance.now() > deadline) throw error;
    }
  }
}

/** @throws the reason of `signal`, as every other step does, where the timer would throw an error of its own. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Whether trying again can help: nobody there yet, or a service that is not well, or full, at the moment. */
function isPassing(error: unknown): boolean {
  if (error instanceof ProblemError) return error.problem.status >= 500 || error.problem.status === 429;
  return error instanceof ConnectionError;
}
