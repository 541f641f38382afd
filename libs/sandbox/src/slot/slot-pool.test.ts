import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../deferred.js';
import { SlotPool } from './slot-pool.js';
import type { CellHost } from './cell-host.js';

/** A slot without a kernel: what the pool asks of one. */
class ScriptedSlot {
  dead: Error | undefined;
  closed = 0;
  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

const never = new AbortController().signal;
const asSlot = (slot: ScriptedSlot) => slot as unknown as CellHost; // the pool uses `dead` and `close` alone
const asScripted = (slot: CellHost) => slot as unknown as ScriptedSlot;

/** A pool whose first slots start at once, and whose later ones when the test says so. */
async function createPool(count: number) {
  const starts: Deferred<CellHost>[] = [];
  let created = 0;
  const pool = await SlotPool.create(count, async () => {
    created += 1;
    if (created <= count) return asSlot(new ScriptedSlot());
    const start = deferred<CellHost>();
    starts.push(start);
    return await start.promise;
  });
  return { pool, starts };
}

describe('SlotPool', () => {
  it('serves who waits in order of arrival', async () => {
    const { pool } = await createPool(1);
    const slot = await pool.acquire(never);
    const order: string[] = [];
    const waits = ['first', 'second'].map(async (name) => {
      const mine = await pool.acquire(never);
      order.push(name);
      pool.release(mine);
    });
    pool.release(slot);
    await Promise.all(waits);
    expect(order).toEqual(['first', 'second']);
  });

  it('gives the slot to the next one when a waiter gives up while it is being replaced', async () => {
    const { pool, starts } = await createPool(1);
    const slot = await pool.acquire(never);
    asScripted(slot).dead = new Error('killed');
    const impatient = new AbortController();
    const first = pool.acquire(impatient.signal);
    const second = pool.acquire(never);
    pool.release(slot);
    await turn();
    impatient.abort(new Error('gave up'));
    await expect(first).rejects.toThrow('gave up');
    const fresh = asSlot(new ScriptedSlot());
    starts[0]?.resolve(fresh);
    expect(await second).toBe(fresh);
  });

  it('asks for the next waiter anew when a replacement cannot be started', async () => {
    const { pool, starts } = await createPool(1);
    const slot = await pool.acquire(never);
    asScripted(slot).dead = new Error('killed');
    const [first, second] = [pool.acquire(never), pool.acquire(never)];
    pool.release(slot);
    await turn();
    starts[0]?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    const fresh = asSlot(new ScriptedSlot());
    await turn();
    starts[1]?.resolve(fresh);
    expect(await second).toBe(fresh);
  });

  it('closes a replacement that was being started when the pool closed', async () => {
    const { pool, starts } = await createPool(1);
    const slot = await pool.acquire(never);
    asScripted(slot).dead = new Error('killed');
    const waiting = pool.acquire(never);
    pool.release(slot);
    await turn();
    const closing = pool.close();
    await expect(waiting).rejects.toThrow('The sandbox is closed');
    const fresh = new ScriptedSlot();
    starts[0]?.resolve(asSlot(fresh));
    await closing;
    expect(fresh.closed).toBe(1);
    await expect(pool.acquire(never)).rejects.toThrow('The sandbox is closed');
  });

  it('leaves no slot running when one cannot be started', async () => {
    const slots = [new ScriptedSlot(), new ScriptedSlot()];
    const start = (index: number) => {
      const slot = slots[index];
      return slot === undefined ? Promise.reject(new Error('third')) : Promise.resolve(asSlot(slot));
    };
    await expect(SlotPool.create(3, start)).rejects.toThrow('third');
    expect(slots.map(({ closed }) => closed)).toEqual([1, 1]);
  });
});
