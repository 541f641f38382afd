import { describe, expect, it } from 'vitest';
import { jobSpecSchema, type JobSpecInput } from '@sandlot/contract';
import { MemoryStore } from '../../test/memory-store.js';
import { someLimits } from '../../test/some-limits.js';
import { INLINE_BYTES, loadBytes, storeBytes } from './store-bytes.js';
import { loadSpec, storeSpec } from './store-spec.js';

const keep = async (store: MemoryStore, input: JobSpecInput) => {
  const limits = { limits: someLimits(), steps: (input.steps ?? [input]).map(() => someLimits({ pids: 3 })) };
  return await storeSpec(store, 'job', jobSpecSchema.parse(input), limits);
};
const filesOf = (...sizes: readonly number[]) =>
  sizes.map((size, index) => ({ path: `f${index}`, content: 'x'.repeat(size) }));

describe('storeBytes and loadBytes', () => {
  it.each([
    [0, 'inline'],
    [INLINE_BYTES, 'inline'],
    [INLINE_BYTES + 1, 'blob'],
  ])('keep %d bytes as %s and bring them back', async (size, kind) => {
    const store = new MemoryStore();
    const bytes = Buffer.alloc(size, 0xfe);
    const stored = await storeBytes(store, 'job', 'name', bytes);
    expect(stored).toMatchObject({ kind, bytes: size });
    expect(store.blobs.size).toBe(kind === 'blob' ? 1 : 0);
    expect(Buffer.from(await loadBytes(store, 'job', stored))).toEqual(bytes);
  });
});

describe('storeSpec and loadSpec', () => {
  it('bring back a job with its contents as bytes', async () => {
    const store = new MemoryStore();
    const stored = await keep(store, {
      argv: ['x', 'ü'],
      env: { A: 'b' },
      files: [
        { path: 'text', content: 'ü' },
        { path: 'binary', content: '/wA=', encoding: 'base64', mode: '755' },
        { path: 'large', content: 'y'.repeat(INLINE_BYTES + 1) },
      ],
      stdin: { content: '/w==', encoding: 'base64' },
      labels: { a: 'b' },
      artifacts: [{ path: 'out' }],
    });
    expect(stored).toMatchObject({ form: 'argv', labels: { a: 'b' }, limits: someLimits() });
    const json = JSON.stringify(stored);
    expect(json).not.toContain('yyy');
    expect(await loadSpec(store, 'job', JSON.parse(json) as typeof stored)).toEqual({
      env: { A: 'b' },
      limits: someLimits(),
      artifacts: [{ path: 'out', optional: false }],
      steps: [
        {
          name: 'run',
          argv: ['x', 'ü'],
          env: {},
          limits: someLimits({ pids: 3 }),
          stdin: Buffer.from([0xff]),
        },
      ],
      files: [
        { path: 'text', mode: '0644', content: Buffer.from('ü') },
        { path: 'binary', mode: '755', content: Buffer.from([0xff, 0]) },
        { path: 'large', mode: '0644', content: Buffer.alloc(INLINE_BYTES + 1, 'y') },
      ],
    });
  });

  it('bring back every step with its own stdin', async () => {
    const store = new MemoryStore();
    const large = 'z'.repeat(INLINE_BYTES + 1);
    const stored = await keep(store, {
      steps: [
        { name: 'a', argv: ['x'], stdin: 'in', env: { A: 'b' } },
        { name: 'b', argv: ['y'], stdin: large },
      ],
    });
    expect(stored.form).toBe('steps');
    expect([...store.blobs.keys()]).toEqual(['job/stdin-1']);
    const { steps } = await loadSpec(store, 'job', JSON.parse(JSON.stringify(stored)) as typeof stored);
    const limits = someLimits({ pids: 3 });
    expect(steps).toEqual([
      { name: 'a', argv: ['x'], env: { A: 'b' }, limits, stdin: Buffer.from('in') },
      { name: 'b', argv: ['y'], env: {}, limits, stdin: Buffer.from(large) },
    ]);
  });

  it('give every large content a blob of its own', async () => {
    const store = new MemoryStore();
    const large = INLINE_BYTES + 1;
    await keep(store, { argv: ['x'], files: filesOf(large, 1, large), stdin: 'z'.repeat(large) });
    expect([...store.blobs.keys()].toSorted()).toEqual(['job/file-0', 'job/file-2', 'job/stdin-0']);
  });

  it('keep the record small however many small files there are', async () => {
    const store = new MemoryStore();
    const stored = await keep(store, {
      argv: ['x'],
      files: filesOf(...Array.from({ length: 1000 }, () => 1000)),
    });
    expect(JSON.stringify(stored).length).toBeLessThan(250_000);
    expect(store.blobs.size).toBeGreaterThan(900);
    const { files } = await loadSpec(store, 'job', stored);
    expect(files.map(({ path, content }) => `${path}:${content.length}`)).toEqual(
      Array.from({ length: 1000 }, (_, index) => `f${index}:1000`),
    );
  });

  it('hold few descriptors at a time', async () => {
    const store = new MemoryStore();
    const stored = await keep(store, {
      argv: ['x'],
      files: filesOf(...Array.from({ length: 100 }, () => INLINE_BYTES + 1)),
    });
    await loadSpec(store, 'job', stored);
    expect(store.busiest).toBeLessThanOrEqual(8);
  });

  it('fail with the store’s own error', async () => {
    const store = new MemoryStore();
    const stored = await keep(store, { argv: ['x'], files: filesOf(INLINE_BYTES + 1) });
    await store.remove('job');
    await expect(loadSpec(store, 'job', stored)).rejects.toThrow('No blob job/file-0');
  });
});
