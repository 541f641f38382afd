import { ByteReader } from './byte-reader.js';

/**
 * Sections that are not custom, with their ids, in the order in which they have to stand (core specification, 5.5.2;
 * `tag` from the exception handling proposal). Each may be there once.
 */
const SECTION_IDS = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  tag: 13,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  'data count': 12,
  code: 10,
  data: 11,
} as const;

export type SectionName = keyof typeof SECTION_IDS;

/** Where one section stands in the module, as offsets. */
export interface Section {
  readonly name: SectionName;
  /** Of its id. */
  readonly start: number;
  /** Of its first byte after id and length. */
  readonly contents: number;
  readonly end: number;
}

export type Sections = ReadonlyMap<SectionName, Section>;

const CUSTOM = 0;
const ORDER = Object.keys(SECTION_IDS) as readonly SectionName[]; // the keys are the names
const PREAMBLE_BYTES = 8;

/** Finds the sections of a module whose preamble has been checked. Of custom ones only the frame is looked at. */
export function readSections(bytes: Uint8Array): Sections {
  const reader = new ByteReader(bytes, PREAMBLE_BYTES);
  const sections = new Map<SectionName, Section>();
  let place = -1;
  while (!reader.isAtEnd) {
    const start = reader.offset;
    const id = reader.byte();
    const length = reader.u32();
    const contents = reader.offset;
    reader.skip(length);
    if (id === CUSTOM) {
      checkCustom(new ByteReader(bytes, contents, reader.offset));
      continue;
    }
    place = nextPlace(new ByteReader(bytes, start), id, place);
    const name = ORDER[place] as SectionName; // a place is an index of ORDER
    sections.set(name, { name, start, contents, end: reader.offset });
  }
  return sections;
}

/** It begins with a name. */
function checkCustom(reader: ByteReader): void {
  reader.skip(reader.u32());
}

function nextPlace(at: ByteReader, id: number, before: number): number {
  const place = ORDER.findIndex((name) => SECTION_IDS[name] === id);
  if (place === -1) at.fail(`a section has the unknown id ${id}`);
  if (place === before) at.fail(`the ${ORDER[place]} section is there twice`);
  if (place < before) at.fail(`the ${ORDER[place]} section stands after the ${ORDER[before]} section`);
  return place;
}

/** Reads a section that is a list of entries, to its last byte; one that is not there is an empty list. */
export function readEntries<T>(
  bytes: Uint8Array,
  section: Section | undefined,
  most: number,
  readEntry: (reader: ByteReader) => T,
): readonly T[] {
  if (section === undefined) return [];
  const reader = new ByteReader(bytes, section.contents, section.end);
  const entries: T[] = [];
  for (let left = reader.count(most); left > 0; left -= 1) entries.push(readEntry(reader));
  reader.expectEnd(`the ${section.name} section`);
  return entries;
}
