import type { StoredEvent } from '@sandlot/engine';

/** Clients that lose the stream come back after this pause. Unit: ms. */
const RETRY_MS = 1000;

/**
 * Writes events as server-sent events (WHATWG HTML, section 9.2). An event is taken only when the reader has room
 * for it, so a slow one holds its own stream back and nothing else; heartbeats likewise.
 */
export async function* sseFrames(
  events: AsyncIterable<StoredEvent>,
  heartbeatMs: number,
): AsyncGenerator<string, void, undefined> {
  // Sent at once, so that the client knows it is connected before anything happens.
  yield `retry: ${RETRY_MS}\n\n`;
  const iterator = events[Symbol.asyncIterator]();
  try {
    let next = settle(iterator.next());
    for (;;) {
      const turn = await nextOrHeartbeat(next, heartbeatMs);
      if (turn === 'heartbeat') {
        yield ': heartbeat\n\n';
        continue;
      }
      if (turn.status === 'rejected') throw turn.reason;
      if (turn.value.done === true) return;
      yield frame(turn.value.value);
      next = settle(iterator.next());
    }
  } finally {
    await iterator.return?.();
  }
}

function frame({ id, event }: StoredEvent): string {
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

type Settled = PromiseSettledResult<IteratorResult<StoredEvent>>;

/** A failure while nobody awaits the next event must not count as unhandled. */
async function settle(next: Promise<IteratorResult<StoredEvent>>): Promise<Settled> {
  const [settled] = await Promise.allSettled([next]);
  return settled;
}

async function nextOrHeartbeat(next: Promise<Settled>, heartbeatMs: number): Promise<Settled | 'heartbeat'> {
  let timer: NodeJS.Timeout | undefined;
  const heartbeat = new Promise<'heartbeat'>((resolve) => {
    timer = setTimeout(resolve, heartbeatMs, 'heartbeat');
  });
  try {
    return await Promise.race([next, heartbeat]);
  } finally {
    clearTimeout(timer);
  }
}
