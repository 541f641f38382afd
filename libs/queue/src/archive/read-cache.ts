/** What is kept beside a value, in bytes. */
const ENTRY_BYTES = 500;

/** Values that were read lately, by number, up to a total size; a value is read once, however many ask at a time. */
export class ReadCache<T> {
  readonly #mostBytes: number;
  readonly #entries = new Map<number, { readonly value: Promise<T>; readonly bytes: number }>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The value, read if it is not there. `size` is about its own, in bytes. A failed read is not kept. */
  async get(number: number, size: number, read: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(number);
    const entry = known ?? { value: read(), bytes: size + ENTRY_BYTES };
    this.#forget(number);
    this.#entries.set(number, entry);
    this.#bytes += entry.bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#mostBytes) break;
      this.#forget(oldest);
    }
    try {
      return await entry.value;
    } catch (thrown) {
      if (this.#entries.get(number) === entry) this.#forget(number);
      throw thrown;
    }
  }

  #forget(number: number): void {
    const entry = this.#entries.get(number);
    if (entry === undefined) return;
    this.#entries.delete(number);
    this.#bytes -= entry.bytes;
  }
}
