import { describe, expect, it } from 'vitest';
import { isSameKey, type KeyRecord, type KeyStore } from '../backing/backing.js';
import { RESERVATION_MS, reserveId } from './reserve.js';

const KEY = { key: 'k', fingerprint: 'f' };

describe('reserveId', () => {
  const open = () => {
    const records = new Map<string, KeyRecord>();
    const keys: KeyStore = {
      read: async (key) => Promise.resolve(records.get(key)),
      swap: async (key, expected, record) => {
        const found = records.get(key);
        if (isSameKey(found, expected)) records.set(key, record);
        return Promise.resolve(found);
      },
    };
    const reserve = async (id: string, now: number) =>
      reserveId(id, KEY, { keys, find: async () => Promise.resolve(undefined), now });
    return { records, reserve };
  };

  it('gives a reserved id to others until it lapses, then theirs counts', async () => {
    const { reserve } = open();
    expect(await reserve('a', 1)).toEqual({ kind: 'reserved', id: 'a' });
    expect(await reserve('b', RESERVATION_MS)).toEqual({ kind: 'reserved', id: 'a' });
    expect(await reserve('b', RESERVATION_MS + 1)).toEqual({ kind: 'reserved', id: 'b' });
    expect(await reserve('c', RESERVATION_MS + 2)).toEqual({ kind: 'reserved', id: 'b' });
  });

  it('takes a key anew at once whose job was added and is gone', async () => {
    const { records, reserve } = open();
    records.set('k', { jobId: 'a', fingerprint: 'f', added: true, reservedAt: 1 });
    expect(await reserve('b', 2)).toEqual({ kind: 'reserved', id: 'b' });
  });
});
