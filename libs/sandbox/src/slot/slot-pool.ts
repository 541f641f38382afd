import { toInfrastructureError } from '@sandlot/engine';
import type { BoundTree } from '../rootfs/describe-shown.js';
import type { CellHost } from './cell-host.js';

interface Waiter {
  /** Takes the slot, unless the waiter has given up. */
  readonly accept: (slot: CellHost) => boolean;
  readonly reject: (reason: Error) => void;
}

/**
 * All slots of a sandbox. Who wants one waits in order of arrival; a slot that died is replaced before it is
 * handed out again.
 */
export class SlotPool {
  readonly #start: (index: number) => Promise<CellHost>;
  /** By index. Undefined: the slot died and its replacement could not be started yet. */
  readonly #slots: (CellHost | undefined)[];
  readonly #free: number[] = [];
  readonly #waiting: Waiter[] = [];
  /** Who has neither a slot nor an answer yet: those waiting, and those whose slot is being started. */
  readonly #unserved = new Set<Waiter>();
  readonly #reviving = new Set<Promise<unknown>>();
  #closed = false;

  private constructor(start: (index: number) => Promise<CellHost>, slots: readonly CellHost[]) {
    this.#start = start;
    this.#slots = [...slots];
    this.#free = [...slots.keys()];
  }

  /** Starts `count` slots. If one cannot be started, none is left running. */
  static async create(count: number, start: (index: number) => Promise<CellHost>): Promise<SlotPool> {
    const started = await Promise.allSettled(
      Array.from({ length: count }, async (_, index) => await start(index)),
    );
    const slots = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return new SlotPool(start, slots);
    await Promise.all(slots.map(async (slot) => await slot.close()));
    throw failed.reason;
  }

  get size(): number {
    return this.#slots.length;
  }

  /** What a slot shows against the plan, if one does. */
  get boundTree(): BoundTree | undefined {
    return this.#slots.find((slot) => slot?.boundTree !== undefined)?.boundTree;
  }

  /** Waits for a slot. @throws the reason of `signal`; an error if the pool closes or no slot can be started. */
  async acquire(signal: AbortSignal): Promise<CellHost> {
    signal.throwIfAborted();
    if (this.#closed) throw new Error('The sandbox is closed');
    return await new Promise<CellHost>((resolve, reject) => {
      const onAbort = () => waiter.reject(signal.reason as Error);
      let isSettled = false;
      const settle = (then: () => void): boolean => {
        if (isSettled) return false;
        isSettled = true;
        signal.removeEventListener('abort', onAbort);
        this.#unserved.delete(waiter);
        const place = this.#waiting.indexOf(waiter);
        if (place >= 0) this.#waiting.splice(place, 1);
        then();
        return true;
      };
      const waiter: Waiter = {
        accept: (slot) => settle(() => resolve(slot)),
        reject: (reason) => settle(() => reject(reason)),
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#unserved.add(waiter);
      this.#waiting.push(waiter);
      const index = this.#free.pop();
      if (index !== undefined) this.#offer(index);
    });
  }

  /** Gives a slot back. */
  release(slot: CellHost): void {
    const index = this.#slots.indexOf(slot);
    if (index >= 0) this.#offer(index);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#unserved) waiter.reject(new Error('The sandbox is closed'));
    await Promise.allSettled(this.#reviving);
    await Promise.all(this.#slots.map(async (slot) => await slot?.close()));
  }

  /** Hands the slot of this index to who has waited longest; a failure to start it is that one's, and the next is asked. */
  #offer(index: number): void {
    if (this.#closed) return;
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      this.#free.push(index);
      return;
    }
    const slot = this.#slots[index];
    if (slot !== undefined && slot.dead === undefined) {
      if (!waiter.accept(slot)) this.#offer(index);
      return;
    }
    const reviving = this.#revive(index).then(
      (fresh) => waiter.accept(fresh) || this.#offer(index),
      (error: unknown) => {
        waiter.reject(toInfrastructureError(error));
        this.#offer(index);
      },
    );
    this.#reviving.add(reviving);
    void reviving.finally(() => this.#reviving.delete(reviving));
  }

  /** Starts a slot in place of one that died. */
  async #revive(index: number): Promise<CellHost> {
    const dead = this.#slots[index];
    this.#slots[index] = undefined;
    await dead?.close();
    const fresh = await this.#start(index);
    this.#slots[index] = fresh;
    return fresh;
  }
}
