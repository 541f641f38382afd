import { closeSync, openSync, readSync } from 'node:fs';

/** What an ELF file says it needs to be run or loaded: elf(5). */
export interface ElfNeeds {
  /** The program interpreter, which is the dynamic linker; libraries have none. */
  readonly interpreter: string | undefined;
  /** The name others need it by, if it has one. */
  readonly soname: string | undefined;
  /** The names of the libraries it needs. */
  readonly needed: readonly string[];
}

const SEGMENT = { load: 1, dynamic: 2, interp: 3 } as const;
const TAG = { null: 0n, needed: 1n, strtab: 5n, soname: 14n } as const;
const MAGIC = 0x7f454c46;
const HEADER_BYTES = 64;
const DYNAMIC_ENTRY_BYTES = 16;
/** PATH_MAX: no name of a library is longer. */
const NAME_MAX_BYTES = 4096;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: bigint;
  readonly size: number;
}

/**
 * Reads the needs of a 64-bit little-endian ELF file.
 *
 * @throws {Error} for any other file
 */
export function readElf(path: string): ElfNeeds {
  const fd = openSync(path, 'r');
  try {
    return readNeeds((offset, length) => readPart(fd, offset, length));
  } catch (cause) {
    throw new Error(`Cannot read ${path} as a 64-bit little-endian ELF file`, { cause });
  } finally {
    closeSync(fd);
  }
}

/** Node has 100 MB, of which a few KiB are wanted here. */
type ReadPart = (offset: number, length: number) => Buffer;

function readPart(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}

function readNeeds(read: ReadPart): ElfNeeds {
  const segments = readSegments(read);
  const interp = segments.find(({ type }) => type === SEGMENT.interp);
  const dynamic = readDynamic(read, segments);
  const textAt = (offset: bigint): string => readText(read, toOffset(segments, dynamic.strtab + offset));
  return {
    interpreter: interp && readText(read, interp.offset),
    soname: dynamic.sonames.map(textAt)[0],
    needed: dynamic.needed.map(textAt),
  };
}

function readSegments(read: ReadPart): readonly Segment[] {
  const header = read(0, HEADER_BYTES);
  if (header.readUInt32BE(0) !== MAGIC || header[4] !== 2 || header[5] !== 1) throw new Error('Wrong magic');
  const entryBytes = header.readUInt16LE(54);
  const count = header.readUInt16LE(56);
  const table = read(Number(header.readBigUInt64LE(32)), entryBytes * count);
  return Array.from({ length: count }, (_, index) => {
    const at = index * entryBytes;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: table.readBigUInt64LE(at + 16),
      size: Number(table.readBigUInt64LE(at + 32)),
    };
  });
}

/** A static program has no dynamic section and needs nothing. */
function readDynamic(
  read: ReadPart,
  segments: readonly Segment[],
): { strtab: bigint; sonames: readonly bigint[]; needed: readonly bigint[] } {
  const { offset = 0, size = 0 } = segments.find(({ type }) => type === SEGMENT.dynamic) ?? {};
  const section = read(offset, size);
  const entries = Array.from({ length: size / DYNAMIC_ENTRY_BYTES }, (_, index) => {
    const at = index * DYNAMIC_ENTRY_BYTES;
    return { tag: section.readBigInt64LE(at), value: section.readBigUInt64LE(at + 8) };
  });
  const end = entries.findIndex(({ tag }) => tag === TAG.null);
  const valuesOf = (wanted: bigint): readonly bigint[] =>
    entries.slice(0, end).flatMap(({ tag, value }) => (tag === wanted ? [value] : []));
  return {
    strtab: valuesOf(TAG.strtab)[0] ?? 0n,
    sonames: valuesOf(TAG.soname),
    needed: valuesOf(TAG.needed),
  };
}

/** Where the bytes of an address lie in the file. */
function toOffset(segments: readonly Segment[], address: bigint): number {
  const segment = segments.find(
    ({ type, address: start, size }) =>
      type === SEGMENT.load && address >= start && address < start + BigInt(size),
  );
  if (segment === undefined) throw new Error('A name lies in no segment');
  return segment.offset + Number(address - segment.address);
}

function readText(read: ReadPart, offset: number): string {
  const bytes = read(offset, NAME_MAX_BYTES);
  return bytes.toString('utf8', 0, bytes.indexOf(0));
}
