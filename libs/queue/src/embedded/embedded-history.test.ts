import type { StateEvent } from '@sandlot/contract';
import { describe, expect, it } from 'vitest';
import { BEGINNING } from '../event/event-id.js';
import { EmbeddedHistory } from './embedded-history.js';

const MiB = 1024 * 1024;

describe('EmbeddedHistory', () => {
  const tell = async (history: EmbeddedHistory, id: string, outputBytes: number) =>
    history.append(id, {
      attempt: 1,
      events: [
        {
          type: 'output',
          attempt: 1,
          step: 'run',
          stream: 'stdout',
          offset: 0,
          encoding: 'utf8',
          text: 'x'.repeat(outputBytes),
        },
      ],
      ends: false,
      budgetBytes: 100 * MiB,
    });
  const end = async (history: EmbeddedHistory, id: string) =>
    history.append(id, { attempt: 1, events: [END], ends: true, budgetBytes: 100 * MiB });
  const has = async (history: EmbeddedHistory, id: string) =>
    (await history.read(id, BEGINNING, 1)).length > 0;

  it('keeps a few MiB of ended histories, the latest, and all of the live ones', async () => {
    const history = new EmbeddedHistory();
    for (let index = 0; index < 8; index += 1) await tell(history, `live-${index}`, MiB);
    for (let index = 0; index < 8; index += 1) {
      await tell(history, `ended-${index}`, MiB);
      await end(history, `ended-${index}`);
    }
    const kept = async (name: string) =>
      Promise.all(Array.from({ length: 8 }, async (_, index) => has(history, `${name}-${index}`)));
    expect(await kept('live')).toEqual(Array(8).fill(true));
    expect(await kept('ended')).toEqual([...Array<boolean>(5).fill(false), true, true, true]);
  });

  it('keeps what a reader has not read yet, until the reader leaves', async () => {
    const history = new EmbeddedHistory();
    await tell(history, 'read', 5 * MiB);
    const leave = await history.watch('read', () => undefined);
    await end(history, 'read');
    expect(await history.hasEnd('read')).toBe(true);
    leave();
    expect(await has(history, 'read')).toBe(false);
  });
});

const END: StateEvent = { type: 'state', state: 'succeeded', at: new Date(0).toISOString(), attempt: 1 };
