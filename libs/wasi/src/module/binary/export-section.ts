import type { ByteReader } from './byte-reader.js';
import { MOST } from './implementation-limits.js';
import { readEntries, type Section } from './sections.js';

/** What a module offers its host: a name, and an index among all things of that kind. */
export interface ModuleExport {
  readonly name: string;
  readonly kind: (typeof KINDS)[number];
  readonly index: number;
  /** Where it stands in the module. */
  readonly offset: number;
}

/** By their code (core specification, 5.5.10). */
const KINDS = ['function', 'table', 'memory', 'global', 'tag'] as const;

/** The exports that have one of `names`. That no other name comes twice is for the engine to check. */
export function readExports(
  bytes: Uint8Array,
  section: Section | undefined,
  names: readonly string[],
): readonly ModuleExport[] {
  const found: ModuleExport[] = [];
  readEntries(bytes, section, MOST.exports, (reader) => {
    const each = readExport(reader);
    if (!names.includes(each.name)) return;
    if (found.some(({ name }) => name === each.name)) reader.fail(`${each.name} is exported twice`);
    found.push(each);
  });
  return found;
}

function readExport(reader: ByteReader): ModuleExport {
  const { offset } = reader;
  const name = reader.name();
  const code = reader.byte();
  const kind = KINDS[code] ?? reader.fail(`0x${code.toString(16)} is no kind of export`);
  return { name, kind, index: reader.u32(), offset };
}
