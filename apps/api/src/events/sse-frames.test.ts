import type { StoredEvent } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { sseFrames } from './sse-frames.js';

const NEVER_MS = 60_000;
const item: StoredEvent = {
  id: '7',
  event: { type: 'state', state: 'running', at: '2026-01-01T00:00:00.000Z' },
};

describe('sseFrames', () => {
  it('writes id, event and data, and ends with the events', async () => {
    async function* events(): AsyncGenerator<StoredEvent> {
      yield item;
    }
    const frames: string[] = [];
    for await (const frame of sseFrames(events(), NEVER_MS)) frames.push(frame);
    expect(frames).toEqual([
      'retry: 1000\n\n',
      'id: 7\nevent: state\ndata: {"type":"state","state":"running","at":"2026-01-01T00:00:00.000Z"}\n\n',
    ]);
  });

  it('passes a failure of the events on, even one that came while nobody read', async () => {
    let fail: ((error: Error) => void) | undefined;
    const events = {
      [Symbol.asyncIterator]: () => ({
        next: async () => new Promise<IteratorResult<StoredEvent>>((_resolve, reject) => (fail = reject)),
      }),
    };
    const frames = sseFrames(events, 1);
    await frames.next();
    expect((await frames.next()).value).toBe(': heartbeat\n\n');
    fail?.(new Error('the queue is gone'));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(frames.next()).rejects.toThrow('the queue is gone');
  });

  it('takes no event before it is asked for one, and releases them when left', async () => {
    let taken = 0;
    let isReleased = false;
    async function* events(): AsyncGenerator<StoredEvent> {
      try {
        for (;;) {
          taken += 1;
          yield item;
        }
      } finally {
        isReleased = true;
      }
    }
    const frames = sseFrames(events(), NEVER_MS);
    await frames.next();
    expect(taken).toBe(0);
    await frames.next();
    expect(taken).toBe(1);
    await frames.return();
    expect(isReleased).toBe(true);
  });
});
