import { describe, expect, it } from 'vitest';
import { mapConcurrently } from './map-concurrently.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('mapConcurrently', () => {
  it('keeps the order of the items, and as many calls under way as allowed', async () => {
    let running = 0;
    let most = 0;
    const results = await mapConcurrently([5, 1, 4, 2, 3], 2, async (turns, index) => {
      most = Math.max(most, (running += 1));
      for (let n = 0; n < turns; n += 1) await turn();
      running -= 1;
      return `${index}:${turns}`;
    });
    expect(results).toEqual(['0:5', '1:1', '2:4', '3:2', '4:3']);
    expect(most).toBe(2);
  });

  it('rejects with the first failure, once nothing is under way, and begins nothing more', async () => {
    const seen: string[] = [];
    const mapping = mapConcurrently(['slow', 'bad', 'never'], 2, async (item) => {
      seen.push(`begin ${item}`);
      await turn();
      if (item === 'bad') throw new Error('bad');
      await turn();
      seen.push(`end ${item}`);
    });
    await expect(mapping).rejects.toThrow('bad');
    expect(seen).toEqual(['begin slow', 'begin bad', 'end slow']);
  });

  it('maps nothing to nothing', async () => {
    expect(await mapConcurrently([], 4, () => Promise.reject(new Error('called')))).toEqual([]);
  });
});
