import { describe, expect, it } from 'vitest';
import { hostIdentity } from './host-identity.js';
import { parseIdMap } from './id-map.js';

const worker = (uid: number, map: string) => ({
  uid,
  gid: uid,
  pid: 7,
  maps: { uids: parseIdMap(map), gids: parseIdMap(map) },
});
const HOST = '         0          0 4294967295\n';
const POD = '         0     100000      65536\n';

describe('hostIdentity', () => {
  it('is that of an unprivileged worker', () => {
    expect(hostIdentity(3, worker(1000, HOST))).toEqual({ uid: 1000, gid: 1000 });
  });

  it('gives each slot of root an id that nobody else has', () => {
    const ids = [0, 1, 2].map((index) => hostIdentity(index, worker(0, HOST)).uid);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toBeGreaterThanOrEqual(1_879_048_192);
  });

  it('stays within the ids of a container, and away from those of its accounts', () => {
    for (let index = 0; index < 40_000; index += 97) {
      const { uid, gid } = hostIdentity(index, worker(0, POD));
      expect(uid).toBeGreaterThan(32_000);
      expect(uid).toBeLessThan(65_534);
      expect(gid).toBe(uid);
    }
  });

  it('is root of the container where there is no other id', () => {
    expect(hostIdentity(5, worker(0, '0 1000 1\n'))).toEqual({ uid: 0, gid: 0 });
  });

  describe('of a plain user with subordinate ids', () => {
    const ids = (first: number, count: number, pid = 7) => ({
      ...worker(1000, HOST),
      pid,
      subordinate: { uids: [{ first, count }], gids: [{ first: first + 1, count }] },
    });

    it('is one of those, for each slot another', () => {
      const uids = Array.from({ length: 64 }, (_, index) => hostIdentity(index, ids(100_000, 65_536)).uid);
      expect(new Set(uids).size).toBe(64);
      // Containers that the same user starts have their accounts in the lower half.
      expect(Math.min(...uids)).toBeGreaterThan(132_000);
      expect(Math.max(...uids)).toBeLessThan(165_534);
    });

    it('has a gid of the range of gids', () => {
      const { uid, gid } = hostIdentity(3, ids(100_000, 65_536));
      expect(gid).toBe(uid + 1);
    });

    it('is another one for a worker that was started next', () => {
      const uidsOf = (pid: number) =>
        Array.from({ length: 32 }, (_, index) => hostIdentity(index, ids(100_000, 65_536, pid)).uid);
      expect(new Set([...uidsOf(4242), ...uidsOf(4243), ...uidsOf(4250)]).size).toBe(96);
    });

    it('stays in a range as small as can be', () => {
      for (const count of [1, 2, 5, 10]) {
        const { uid } = hostIdentity(40, ids(100_000, count));
        expect(uid).toBeGreaterThanOrEqual(100_000);
        expect(uid).toBeLessThan(100_000 + count);
      }
    });
  });

  it('picks from the larger of two ranges', () => {
    const { uid } = hostIdentity(0, worker(0, '0 1000 1\n1 100000 65536\n'));
    expect(uid).toBeGreaterThan(32_000);
  });
});
