/**
 * Maps items with at most `width` calls under way at a time; results are in the order of the items. After a
 * failure no further call begins, and it rejects once those under way have ended, with the first failure.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  width: number,
  map: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    // One iterator for all: each takes the next item that nobody has.
    for (const [index, item] of queue) {
      if (failures.length > 0) return;
      try {
        results[index] = await map(item, index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
