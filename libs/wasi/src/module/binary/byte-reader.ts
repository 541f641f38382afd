import { MalformedModule } from './malformed-module.js';

const MOST_NAME_BYTES = 400;

/** Reads one part of a module front to back, and never a byte beyond its end. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** Of the next byte, in the module. */
  offset: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.offset === this.end;
  }

  /** @throws {MalformedModule} here, as everything below does. */
  fail(defect: string): never {
    throw new MalformedModule(this.offset, defect);
  }

  /** The next byte, which stays the next; undefined at the end. */
  peek(): number | undefined {
    return this.offset < this.end ? this.bytes[this.offset] : undefined;
  }

  byte(): number {
    const value = this.peek();
    if (value === undefined) this.fail('more bytes are expected');
    this.offset += 1;
    return value;
  }

  u32(): number {
    return this.unsigned(32);
  }

  /** An unsigned LEB128 number. One above 2^53 is rounded: such are only compared with far smaller ones. */
  unsigned(bits: 32 | 64): number {
    const last = Math.ceil(bits / 7) - 1;
    let value = 0;
    for (let index = 0; index < last; index += 1) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    const top = this.byte();
    if (top >= 2 ** (bits - 7 * last)) this.fail(`a number has more than ${bits} bits`);
    return value + top * 2 ** (7 * last);
  }

  /** Passes over a signed LEB128 number. */
  skipSigned(bits: 32 | 33 | 64): void {
    const last = Math.ceil(bits / 7) - 1;
    for (let index = 0; index < last; index += 1) {
      if (this.byte() < 0x80) return;
    }
    // The bits that the type does not have repeat the sign.
    const top = this.byte();
    const signs = top >> (bits - 7 * last - 1);
    if (signs !== 0 && signs !== 0x7f >> (bits - 7 * last - 1))
      this.fail(`a number has more than ${bits} bits`);
  }

  /**
   * How many entries follow. Each takes a byte at least, so a count that the rest cannot hold is a lie.
   *
   * @param most what engines take at all, whatever the length.
   */
  count(most = Infinity): number {
    const count = this.u32();
    if (count > this.end - this.offset)
      this.fail(`${count} entries are announced, more than there are bytes left`);
    if (count > most) this.fail(`${count} entries are announced, more than the ${most} that engines take`);
    return count;
  }

  skip(length: number): void {
    if (length > this.end - this.offset) this.fail(`${length} bytes are announced, more than there are left`);
    this.offset += length;
  }

  /**
   * A name, or of a long one the beginning: enough to show, and no name that we know is as long. What is not UTF-8 in it
   * becomes U+FFFD: engines refuse it, and none of the names that we know has it.
   */
  name(): string {
    const length = this.u32();
    const start = this.bytes.byteOffset + this.offset;
    this.skip(length);
    return Buffer.from(this.bytes.buffer, start, Math.min(length, MOST_NAME_BYTES)).toString('utf8');
  }

  expectEnd(part: string): void {
    if (!this.isAtEnd) this.fail(`${part} goes on after its last entry`);
  }
}
