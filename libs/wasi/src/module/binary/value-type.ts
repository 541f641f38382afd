import type { ByteReader } from './byte-reader.js';

/** Types of values (core specification, 5.3). Which kind of reference it is decides nothing here. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'reference';

const BY_CODE: ReadonlyMap<number, ValueType> = new Map([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
  [0x7b, 'v128'],
]);
/** `(ref null ht)` and `(ref ht)`: a heap type follows. */
const LONG_REFERENCES: readonly number[] = [0x63, 0x64];
/** `exnref` to `noexn`, every reference that is one byte, `funcref` and `externref` among them. */
const FIRST_SHORT_REFERENCE = 0x69;
const LAST_SHORT_REFERENCE = 0x74;
const HEAP_TYPE_BITS = 33;

export function readValueType(reader: ByteReader): ValueType {
  const code = reader.byte();
  const number = BY_CODE.get(code);
  if (number !== undefined) return number;
  if (LONG_REFERENCES.includes(code)) reader.skipSigned(HEAP_TYPE_BITS);
  else if (code < FIRST_SHORT_REFERENCE || code > LAST_SHORT_REFERENCE) {
    reader.fail(`0x${code.toString(16)} is no type of a value`);
  }
  return 'reference';
}

export function skipReferenceType(reader: ByteReader): void {
  if (readValueType(reader) !== 'reference') reader.fail('the element type of a table is no reference');
}
