import type { ByteReader } from './byte-reader.js';
import { skipConstantExpression } from './constant-expression.js';
import { MOST } from './implementation-limits.js';
import { readLimits, type Limits } from './limits.js';
import { readEntries, type Section } from './sections.js';
import { skipReferenceType } from './value-type.js';

/** A table that says with what it is filled begins with these two (core specification, 5.5.7). */
const HAS_INITIAL_VALUE = 0x40;
const RESERVED = 0x00;

/** The limits of the module's own tables. */
export function readTables(bytes: Uint8Array, section: Section | undefined): readonly Limits[] {
  return readEntries(bytes, section, MOST.tables, readTable);
}

function readTable(reader: ByteReader): Limits {
  const hasInitialValue = reader.peek() === HAS_INITIAL_VALUE;
  if (hasInitialValue) {
    reader.byte();
    if (reader.byte() !== RESERVED) reader.fail('a reserved byte of a table is not zero');
  }
  skipReferenceType(reader);
  const limits = readLimits(reader, 'table');
  if (hasInitialValue) skipConstantExpression(reader);
  return limits;
}
