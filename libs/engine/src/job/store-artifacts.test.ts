import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../test/memory-store.js';
import { storeArtifacts } from './store-artifacts.js';
import { INLINE_BYTES, loadBytes, openBytes } from './store-bytes.js';

const file = (path: string, size: number) => ({ path, content: Buffer.alloc(size, path) });

describe('storeArtifacts', () => {
  it('keeps files in the order of their paths with their digests, and what was left out', async () => {
    const store = new MemoryStore();
    const collection = {
      files: [file('b', 3), file('a', 0), file('big', INLINE_BYTES + 1)],
      leftOut: [{ path: 'd/x', requested: 'd', reason: 'too-large' as const, bytes: 7 }],
    };
    const stored = await storeArtifacts(store, 'job', 2, collection);
    expect(stored.files.map(({ path, sha256 }) => [path, sha256])).toEqual([
      ['a', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      ['b', '3e744b9dc39389baf0c5a0660589b8402f3dbb49b89b3e75f2c9355852a3c677'],
      ['big', expect.any(String)],
    ]);
    expect(stored.leftOut).toEqual([{ path: 'd/x', reason: 'too-large', bytes: 7 }]);
    expect([...store.blobs.keys()]).toEqual(['job/artifact-2-2']);
    for (const { path, content } of stored.files) {
      const { length } = collection.files.find((given) => given.path === path)!.content;
      const bytes = Buffer.alloc(length, path);
      expect(Buffer.from(await loadBytes(store, 'job', content))).toEqual(bytes);
      const pieces: Uint8Array[] = [];
      for await (const piece of await openBytes(store, 'job', content)) pieces.push(piece);
      expect(Buffer.concat(pieces)).toEqual(bytes);
    }
  });

  it('keeps the record small however many small files there are', async () => {
    const store = new MemoryStore();
    const files = Array.from({ length: 512 }, (_, index) => file(`f${index}`, INLINE_BYTES));
    const stored = await storeArtifacts(store, 'job', 1, { files, leftOut: [] });
    expect(stored.files.filter(({ content }) => content.kind === 'inline')).toHaveLength(4);
    expect(store.blobs.size).toBe(508);
    expect(store.busiest).toBeLessThanOrEqual(8);
  });
});
