import { describe, expect, it } from 'vitest';
import { ReadCache } from './read-cache.js';

describe('ReadCache', () => {
  it('reads once for many, keeps the latest up to its size, and no failure', async () => {
    const cache = new ReadCache<number>(3_000);
    let reads = 0;
    const get = async (number: number) =>
      cache.get(number, 500, async () => {
        reads += 1;
        return number === 9 ? Promise.reject(new Error('gone')) : Promise.resolve(number);
      });
    expect(await Promise.all([get(1), get(1), get(2), get(3)])).toEqual([1, 1, 2, 3]);
    expect(reads).toBe(3);
    await get(1);
    await get(4);
    expect(reads).toBe(4);
    await get(1);
    expect(reads).toBe(4);
    await get(2);
    expect(reads).toBe(5);
    await expect(get(9)).rejects.toThrow('gone');
    await expect(get(9)).rejects.toThrow('gone');
    expect(reads).toBe(7);
  });
});
