const FIRST_BYTES = 4096;

/** Bytes that come in pieces, however small, kept in one buffer that doubles when it is full. */
export class GrowingBytes {
  #buffer = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(FIRST_BYTES, this.#buffer.length * 2, length));
      grown.set(this.bytes());
      this.#buffer = grown;
    }
    this.#buffer.set(piece, this.#length);
    this.#length = length;
  }

  /** A view of all bytes so far. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}
