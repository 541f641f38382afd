import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArchiveIndex } from './archive-index.js';
import { encodeEnd } from './archive-row.js';

const COMPLETED = encodeEnd({ state: 'completed', endState: 'succeeded' });
const FAILED = encodeEnd({ state: 'failed' });

describe('ArchiveIndex', () => {
  it('holds what a plain list would, whatever is put in and taken out', () => {
    const steps = fc.array(fc.record({ take: fc.boolean(), id: fc.nat(30), fails: fc.boolean() }), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const index = new ArchiveIndex();
        const expected = new Map<string, 'completed' | 'failed'>();
        for (const [step, { take, id: number, fails }] of all.entries()) {
          const id = `job-${number}`;
          const taken = index.take(id);
          expect(taken?.state).toBe(expected.get(id));
          expected.delete(id);
          if (take) continue;
          index.put(Math.floor(step / 20), step % 20, [
            id,
            step,
            1,
            step,
            fails ? FAILED : COMPLETED,
            `key-${id}`,
          ]);
          expected.set(id, fails ? 'failed' : 'completed');
        }
        for (const state of ['completed', 'failed'] as const) {
          const ids = [...expected].filter(([, one]) => one === state).map(([id]) => id);
          expect([...index.ids(state)]).toEqual(ids);
          expect(index.count(state)).toBe(ids.length);
        }
        for (const [id, state] of expected) {
          expect(index.end(id)).toMatchObject({ state, key: `key-${id}` });
          expect(index.idOfKey(`key-${id}`)).toBe(id);
        }
      }),
    );
  });

  it('tells the empty segments apart, and which slots of the others are dead', () => {
    const index = new ArchiveIndex();
    for (const segment of [1, 2, 3])
      for (const slot of [0, 1, 2, 3]) index.put(segment, slot, [`${segment}${slot}`, 0, 1, 1, COMPLETED]);
    for (const id of ['10', '11', '12', '13', '21', '22']) index.take(id);
    expect(index.segment(2).deadRanges()).toEqual([1, 3]);
    expect(index.dropEmpty(3)).toEqual([1]);
    expect([...index.segments].map(({ number }) => number)).toEqual([2, 3]);
    for (const id of ['30', '31', '32', '33']) index.take(id);
    expect(index.dropEmpty(3)).toEqual([]);
  });
});
