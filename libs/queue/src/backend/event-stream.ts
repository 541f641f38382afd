import type { StreamReadRaw } from 'bullmq';

const KEPT = 1_000;

/** BullMQ's event stream, in memory. Nothing is kept until somebody reads; then the last 1,000 events. */
export class EventStream {
  readonly #key: string;
  readonly #events: { readonly id: number; readonly fields: string[] }[] = [];
  readonly #readers = new Set<() => void>();
  #lastId = 0;
  #isRead = false;

  constructor(key: string) {
    this.#key = key;
  }

  publish(fields: Readonly<Record<string, string | number>>): string {
    this.#lastId += 1;
    if (this.#isRead) {
      this.#events.push({ id: this.#lastId, fields: Object.entries(fields).flat().map(String) });
      if (this.#events.length > KEPT) this.#events.shift();
      for (const wake of this.#readers) wake();
    }
    return `${this.#lastId}-0`;
  }

  /** Events after `id` (`$`: from now on), waiting up to `blockMs` for the first; 0 waits for ever. */
  async read(id: string, blockMs: number): Promise<StreamReadRaw> {
    this.#isRead = true;
    const after = id === '$' ? this.#lastId : Number.parseInt(id, 10);
    if (this.#after(after).length === 0) await this.#wait(blockMs);
    const found = this.#after(after);
    if (found.length === 0) return null;
    return [[this.#key, found.map((event) => [`${event.id}-0`, event.fields])]];
  }

  trim(maxLength: number): number {
    return this.#events.splice(0, Math.max(0, this.#events.length - maxLength)).length;
  }

  #after(id: number): { readonly id: number; readonly fields: string[] }[] {
    return this.#events.filter((event) => event.id > id);
  }

  async #wait(blockMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = blockMs > 0 ? setTimeout(() => done(), blockMs) : undefined;
      const done = (): void => {
        clearTimeout(timer);
        this.#readers.delete(done);
        resolve();
      };
      this.#readers.add(done);
    });
  }
}
