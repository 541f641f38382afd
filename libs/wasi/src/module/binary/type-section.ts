import { ByteReader } from './byte-reader.js';
import { MOST } from './implementation-limits.js';
import { readEntries, type Section } from './sections.js';
import { readValueType } from './value-type.js';

/** The types of a module, by their index. */
export class Types {
  readonly #bytes: Uint8Array;
  /** Where the parameters of a function type stand; NO_FUNCTION for any other type. */
  readonly #offsets: readonly number[];
  /** A hundred thousand imports may have one type. */
  readonly #signatures = new Map<number, string>();

  /** Finds the types. Offsets, since a module may have a million of them and only those of a few imports are wanted. */
  constructor(bytes: Uint8Array, section: Section | undefined) {
    const offsets: number[] = [];
    readEntries(bytes, section, MOST.types, (reader) => readGroup(reader, offsets));
    this.#bytes = bytes;
    this.#offsets = offsets;
  }

  /**
   * A function type in words, `(i32, i64) -> (i32)`; undefined if there is no function type of this index. A list longer
   * than any of WASI's is only counted: the words for a hundred thousand imports must not take gigabytes.
   */
  signatureOf(index: number): string | undefined {
    const offset = this.#offsets[index] ?? NO_FUNCTION;
    if (offset === NO_FUNCTION) return undefined;
    const known = this.#signatures.get(index);
    if (known !== undefined) return known;
    const signature = readSignature(new ByteReader(this.#bytes, offset));
    this.#signatures.set(index, signature);
    return signature;
  }
}

const NO_FUNCTION = -1;

/** Leading bytes of types (core specification, 5.3; all but FUNCTION are of the garbage collection proposal). */
const FUNCTION = 0x60;
const STRUCT = 0x5f;
const ARRAY = 0x5e;
const SUBTYPE = 0x50;
const FINAL_SUBTYPE = 0x4f;
const RECURSION_GROUP = 0x4e;
/** Types that a field of a struct or array can have besides those of values. */
const PACKED: readonly number[] = [0x77, 0x78];
const MOST_WORDED = 16;

function readGroup(reader: ByteReader, offsets: number[]): void {
  let left = 1;
  if (reader.peek() === RECURSION_GROUP) {
    reader.byte();
    left = reader.count();
  }
  if (offsets.length + left > MOST.types)
    reader.fail(`there are more types than the ${MOST.types} that engines take`);
  for (; left > 0; left -= 1) offsets.push(readType(reader));
}

function readType(reader: ByteReader): number {
  let code = reader.byte();
  if (code === SUBTYPE || code === FINAL_SUBTYPE) {
    for (let left = reader.count(); left > 0; left -= 1) reader.u32();
    code = reader.byte();
  }
  const { offset } = reader;
  if (code === FUNCTION) {
    skipValueTypes(reader, MOST.parameters);
    skipValueTypes(reader, MOST.results);
    return offset;
  }
  if (code === STRUCT) for (let left = reader.count(MOST.fields); left > 0; left -= 1) skipField(reader);
  else if (code === ARRAY) skipField(reader);
  else reader.fail(`0x${code.toString(16)} begins no type`);
  return NO_FUNCTION;
}

function skipValueTypes(reader: ByteReader, most: number): void {
  for (let left = reader.count(most); left > 0; left -= 1) readValueType(reader);
}

function skipField(reader: ByteReader): void {
  if (PACKED.includes(reader.peek() ?? 0)) reader.byte();
  else readValueType(reader);
  if (reader.byte() > 1) reader.fail('a field is neither constant nor mutable');
}

function readSignature(reader: ByteReader): string {
  const parameters = reader.count();
  if (parameters > MOST_WORDED) return `(${parameters} parameters)`;
  const taken = readValueTypes(reader, parameters);
  const results = reader.count();
  if (results > MOST_WORDED) return `(${taken}) -> (${results} results)`;
  return `(${taken}) -> (${readValueTypes(reader, results)})`;
}

function readValueTypes(reader: ByteReader, count: number): string {
  return Array.from({ length: count }, () => readValueType(reader)).join(', ');
}
