import { closeSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { createInitImage } from '../../src/native/library.js';
import { Slot } from '../../src/slot/slot.js';
import { childrenOf } from '../support/count-residue.js';

describe('launches at the same time', () => {
  const image = createInitImage();
  afterAll(() => closeSync(image));

  it('fail on their own and end, each of them', async () => {
    const before = childrenOf(process.pid).length;
    const identity = { uid: 0xffff_ffff, gid: 0xffff_ffff };
    for (let round = 0; round < 25; round += 1) {
      const launches = [1, 2, 3, 4].map(() => Slot.start({ image, identity, plan: [], cgroup: undefined }));
      const settled = await Promise.allSettled(launches);
      expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    }
    expect(childrenOf(process.pid)).toHaveLength(before);
  });
});
