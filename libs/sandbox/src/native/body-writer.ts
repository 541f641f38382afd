/** Writes the body of a request: the encoding that native/src/cell/reader.c reads. */
export class BodyWriter {
  #buffer = Buffer.allocUnsafe(4096);
  #length = 0;

  u32(value: number): this {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32LE(value, this.#length);
    return this;
  }

  u64(value: number): this {
    this.#reserve(8);
    this.#length = this.#buffer.writeBigUInt64LE(BigInt(value), this.#length);
    return this;
  }

  /** A string: length without the NUL, bytes, NUL. */
  string(text: string): this {
    const bytes = Buffer.byteLength(text);
    this.u32(bytes).#reserve(bytes + 1);
    this.#length += this.#buffer.write(text, this.#length, 'utf8');
    this.#buffer[this.#length++] = 0;
    return this;
  }

  /** Bytes of any value: length, bytes. */
  bytes(bytes: Uint8Array): this {
    this.u32(bytes.length).#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.u32(items.length);
    for (const item of items) write(item);
    return this;
  }

  strings(texts: readonly string[]): this {
    return this.list(texts, (text) => this.string(text));
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
