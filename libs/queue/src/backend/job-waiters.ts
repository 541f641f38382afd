import { ConnectionClosedError } from 'bullmq';

/** Waits of one backend for a job that can be leased. */
export class JobWaiters {
  readonly #waiting = new Set<{ readonly wake: () => void; readonly interrupt: () => void }>();

  /** There may be a job. */
  wake(): void {
    for (const { wake } of this.#waiting) wake();
  }

  /** Ends all waits with the error that tells a BullMQ worker to look whether it is closing. */
  interrupt(): void {
    for (const { interrupt } of this.#waiting) interrupt();
  }

  /** Resolves with true when woken, with false after `ms`. */
  async wait(ms: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
        settle();
      };
      const waiter = {
        wake: end(() => resolve(true)),
        interrupt: end(() => reject(new ConnectionClosedError('Connection is closed.'))),
      };
      const timer = setTimeout(
        end(() => resolve(false)),
        ms,
      );
      this.#waiting.add(waiter);
    });
  }
}
