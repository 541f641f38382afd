import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RankedHeap, type Rank } from './ranked-heap.js';

it('gives jobs back by rank, whatever was added and removed in between', () => {
  const step = fc.record({
    id: fc.integer({ min: 0, max: 30 }),
    key: fc.integer({ min: 0, max: 3 }),
    add: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new RankedHeap();
      const model = new Map<string, Rank>();
      for (const [order, { id, key, add }] of steps.entries()) {
        const rank = { id: String(id), key, order };
        if (!add) {
          heap.remove(rank.id);
          model.delete(rank.id);
        } else if (!model.has(rank.id)) {
          heap.add(rank);
          model.set(rank.id, rank);
        }
        expect(heap.size).toBe(model.size);
      }
      const sorted = [...model.values()]
        .sort((a, b) => a.key - b.key || a.order - b.order)
        .map(({ id }) => id);
      expect(heap.ids()).toEqual(sorted);
      for (const id of sorted) {
        expect(heap.first?.id).toBe(id);
        heap.remove(id);
        expect(heap.has(id)).toBe(false);
      }
    }),
  );
});
