import type { Slot } from './slot.js';

interface Waiter {
  readonly resolve: (slot: Slot) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * All slots of a sandbox. Who wants one waits in order of arrival; a slot that died is replaced before it is
 * handed out again.
 */
export class SlotPool {
  readonly #start: (index: number) => Promise<Slot>;
  /** By index. Undefined: the slot died and its replacement could not be started yet. */
  readonly #slots: (Slot | undefined)[];
  readonly #free: number[] = [];
  readonly #waiting: Waiter[] = [];
  #closed = false;

  private constructor(start: (index: number) => Promise<Slot>, slots: readonly Slot[]) {
    this.#start = start;
    this.#slots = [...slots];
    this.#free = [...slots.keys()];
  }

  /** Starts `count` slots. If one cannot be started, none is left running. */
  static async create(count: number, start: (index: number) => Promise<Slot>): Promise<SlotPool> {
    const started = await Promise.allSettled(Array.from({ length: count }, (_, index) => start(index)));
    const slots = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return new SlotPool(start, slots);
    await Promise.all(slots.map((slot) => slot.close()));
    throw failed.reason;
  }

  get size(): number {
    return this.#slots.length;
  }

  /** Waits for a slot. @throws the reason of `signal`; an error if the pool closes or no slot can be started. */
  async acquire(signal: AbortSignal): Promise<Slot> {
    signal.throwIfAborted();
    if (this.#closed) throw new Error('The sandbox is closed');
    const index = this.#free.pop();
    return index === undefined ? await this.#wait(signal) : await this.#revive(index);
  }

  /** Gives a slot back. */
  release(slot: Slot): void {
    const index = this.#slots.indexOf(slot);
    if (index < 0 || this.#closed) return;
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#free.push(index);
    else this.#revive(index).then(waiter.resolve, waiter.reject);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(new Error('The sandbox is closed'));
    await Promise.all(this.#slots.map(async (slot) => await slot?.close()));
  }

  #wait(signal: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal.reason as Error);
      };
      const settle = (then: () => void) => {
        signal.removeEventListener('abort', onAbort);
        then();
      };
      const waiter: Waiter = {
        resolve: (slot) => settle(() => resolve(slot)),
        reject: (reason) => settle(() => reject(reason)),
      };
      this.#waiting.push(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** The slot of this index, started anew if it has died. If that fails the index is free for the next try. */
  async #revive(index: number): Promise<Slot> {
    const slot = this.#slots[index];
    if (slot !== undefined && slot.dead === undefined) return slot;
    try {
      this.#slots[index] = undefined;
      await slot?.close();
      const fresh = await this.#start(index);
      this.#slots[index] = fresh;
      return fresh;
    } catch (error) {
      this.#free.push(index);
      throw error;
    }
  }
}
