import { randomUUID } from 'node:crypto';
import type { JobStore } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A store under test, and how to leave nothing of it behind. */
export interface OpenedStore {
  readonly store: JobStore;
  /** Opens the same kept bytes once more, as another process would. */
  readonly reopen: () => Promise<JobStore>;
  readonly destroy: () => Promise<void>;
}

/** What every adapter of the port `JobStore` must hold. `open` begins with an empty store. */
export function describeJobStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(`JobStore: ${name}`, () => {
    let opened: OpenedStore;
    let store: JobStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(async () => opened.destroy());

    describeBytes(() => store);
    describeRemoval(() => store);

    it('keeps bytes for those who open it later', async () => {
      const id = randomUUID();
      await store.put(id, 'stdin', Buffer.from('kept'));
      const reopened = await opened.reopen();
      expect(text(await reopened.get(id, 'stdin'))).toBe('kept');
    });

    it.each(['../escape', '/etc', '', '.', 'not-a-uuid', `${randomUUID()}/..`])(
      'refuses %j as a job id, since ids become paths',
      async (id) => {
        await expect(store.put(id, 'stdin', new Uint8Array())).rejects.toThrow(RangeError);
        await expect(store.get(id, 'stdin')).rejects.toThrow(RangeError);
        await expect(store.open(id, 'stdin')).rejects.toThrow(RangeError);
        await expect(store.remove(id)).rejects.toThrow(RangeError);
      },
    );

    it.each(['../stdin', 'a/b', '', '.hidden', '..', 'nul\0', 'x'.repeat(65)])(
      'refuses %j as a name',
      async (blob) => {
        const id = randomUUID();
        await expect(store.put(id, blob, new Uint8Array())).rejects.toThrow(RangeError);
        await expect(store.get(id, blob)).rejects.toThrow(RangeError);
        await expect(store.open(id, blob)).rejects.toThrow(RangeError);
      },
    );
  });
}

function describeBytes(store: () => JobStore): void {
  it.each([0, 1, 65_536, 3_000_001])('gives back exactly the %i bytes it was given', async (size) => {
    const id = randomUUID();
    const bytes = Buffer.alloc(size, 'pattern\0\xff', 'latin1');
    await store().put(id, 'file-0', bytes);
    expect(Buffer.compare(await store().get(id, 'file-0'), bytes)).toBe(0);
    expect(Buffer.compare(await contentOf(await store().open(id, 'file-0')), bytes)).toBe(0);
  });

  it('goes on with bytes that are being read while their job is removed', async () => {
    const id = randomUUID();
    const bytes = Buffer.alloc(1_000_000, 'x');
    await store().put(id, 'file-0', bytes);
    const opened = await store().open(id, 'file-0');
    await store().remove(id);
    expect(Buffer.compare(await contentOf(opened), bytes)).toBe(0);
  });

  it('keeps names and jobs apart', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await store().put(first, 'stdout', Buffer.from('a'));
    await store().put(first, 'stderr', Buffer.from('b'));
    await store().put(second, 'stdout', Buffer.from('c'));
    expect(text(await store().get(first, 'stdout'))).toBe('a');
    expect(text(await store().get(first, 'stderr'))).toBe('b');
    expect(text(await store().get(second, 'stdout'))).toBe('c');
  });

  it('replaces bytes whole when a name is put again', async () => {
    const id = randomUUID();
    await store().put(id, 'stdout', Buffer.from('a longer first text'));
    await store().put(id, 'stdout', Buffer.from('short'));
    expect(text(await store().get(id, 'stdout'))).toBe('short');
  });

  it('shows a reader one whole version while writers race', async () => {
    const id = randomUUID();
    const versions = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(100_000));
    await store().put(id, 'stdout', Buffer.from(versions[0] ?? ''));
    const writes = versions.map(async (version) => store().put(id, 'stdout', Buffer.from(version)));
    for (let turn = 0; turn < 8; turn += 1) expect(versions).toContain(text(await store().get(id, 'stdout')));
    await Promise.all(writes);
  });

  it('fails with store-unavailable and the reason for bytes that are not there', async () => {
    const missing = store().get(randomUUID(), 'stdin');
    await expect(missing).rejects.toMatchObject({
      name: 'InfrastructureError',
      code: 'store-unavailable',
      message: expect.stringContaining('stdin') as string,
    });
    await expect(store().open(randomUUID(), 'stdin')).rejects.toMatchObject({ code: 'store-unavailable' });
  });
}

function describeRemoval(store: () => JobStore): void {
  it('removes all bytes of a job and none of another', async () => {
    const [gone, stays] = [randomUUID(), randomUUID()];
    await store().put(gone, 'stdin', Buffer.from('x'));
    await store().put(gone, 'stdout', Buffer.from('y'));
    await store().put(stays, 'stdin', Buffer.from('z'));
    await store().remove(gone);
    await expect(store().get(gone, 'stdin')).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(store().get(gone, 'stdout')).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(text(await store().get(stays, 'stdin'))).toBe('z');
  });

  it('removes nothing without complaint', async () => {
    await expect(store().remove(randomUUID())).resolves.toBeUndefined();
  });

  it('lists the jobs that have bytes, and them only', async () => {
    const [listed, removed] = [randomUUID(), randomUUID()];
    await store().put(listed, 'stdin', Buffer.from('x'));
    await store().put(removed, 'stdin', Buffer.from('x'));
    await store().remove(removed);
    const ids: string[] = [];
    for await (const id of store().jobIds()) ids.push(id);
    expect(ids).toContain(listed);
    expect(ids).not.toContain(removed);
  });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

async function contentOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}
