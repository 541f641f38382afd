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

  it('picks from the larger of two ranges', () => {
    const { uid } = hostIdentity(0, worker(0, '0 1000 1\n1 100000 65536\n'));
    expect(uid).toBeGreaterThan(32_000);
  });
});
