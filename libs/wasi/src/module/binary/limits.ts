import type { ByteReader } from './byte-reader.js';
import { encodeUnsigned } from './leb128.js';

/** How large a memory (in pages) or table (in elements) is at first and may become (core specification, 5.3.9). */
export interface Limits {
  /** Where this stands in the module: from its flags up to what follows. */
  readonly start: number;
  readonly end: number;
  readonly minimum: number;
  /** Absent if it may grow as far as the engine lets it. */
  readonly maximum?: number;
  readonly isShared: boolean;
  /** Its addresses or indices have 64 bits. */
  readonly is64Bit: boolean;
  /** It says itself how large a page is. */
  readonly hasPageSize: boolean;
}

const HAS_MAXIMUM = 1;
const SHARED = 2;
const ADDRESSES_64_BIT = 4;
const HAS_PAGE_SIZE = 8;

const FLAGS = {
  memory: HAS_MAXIMUM | SHARED | ADDRESSES_64_BIT | HAS_PAGE_SIZE,
  table: HAS_MAXIMUM | ADDRESSES_64_BIT,
} as const;

/** Of a memory whose addresses have 32 bits, and whose pages 64 KiB (core specification, 3.2.5). */
const MOST_PAGES = 65_536;

/** Reads limits. Whether they may be so is decided later, except that a maximum below the minimum, or one that no address reaches, is malformed. */
export function readLimits(reader: ByteReader, of: keyof typeof FLAGS): Limits {
  const start = reader.offset;
  const flags = reader.byte();
  if ((flags & ~FLAGS[of]) !== 0) reader.fail(`the limits of a ${of} have unknown flags`);
  const bits = (flags & ADDRESSES_64_BIT) === 0 ? 32 : 64;
  const minimum = reader.unsigned(bits);
  const maximum = (flags & HAS_MAXIMUM) === 0 ? undefined : reader.unsigned(bits);
  const isUsualMemory = of === 'memory' && (flags & (ADDRESSES_64_BIT | HAS_PAGE_SIZE)) === 0;
  if (isUsualMemory && maximum !== undefined && maximum > MOST_PAGES)
    reader.fail(`the maximum of a memory is above ${MOST_PAGES} pages`);
  if (maximum !== undefined && maximum < minimum) reader.fail(`the maximum of a ${of} is below its minimum`);
  if ((flags & HAS_PAGE_SIZE) !== 0) reader.u32();
  return {
    start,
    end: reader.offset,
    minimum,
    ...(maximum === undefined ? {} : { maximum }),
    isShared: (flags & SHARED) !== 0,
    is64Bit: bits === 64,
    hasPageSize: (flags & HAS_PAGE_SIZE) !== 0,
  };
}

/** Limits with a maximum, of an own memory or table: neither shared nor 64-bit. */
export function encodeLimits(minimum: number, maximum: number): readonly number[] {
  return [HAS_MAXIMUM, ...encodeUnsigned(minimum), ...encodeUnsigned(maximum)];
}
