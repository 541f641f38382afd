import type { ByteReader } from './byte-reader.js';
import { MOST } from './implementation-limits.js';
import { readLimits, type Limits } from './limits.js';
import { readEntries, type Section } from './sections.js';
import type { Types } from './type-section.js';
import { readValueType, skipReferenceType } from './value-type.js';

/** What a module wants from its host. */
export interface ModuleImport {
  readonly module: string;
  readonly name: string;
  readonly what: ImportedThing;
}

export type ImportedThing =
  | { readonly kind: 'function'; readonly signature: string }
  | { readonly kind: 'memory'; readonly limits: Limits }
  | { readonly kind: 'table' | 'global' | 'tag' };

export function readImports(
  bytes: Uint8Array,
  section: Section | undefined,
  types: Types,
): readonly ModuleImport[] {
  return readEntries(bytes, section, MOST.imports, (reader) => ({
    module: reader.name(),
    name: reader.name(),
    what: readThing(reader, types),
  }));
}

function readThing(reader: ByteReader, types: Types): ImportedThing {
  const code = reader.byte();
  switch (code) {
    case 0:
      return { kind: 'function', signature: readSignature(reader, types) };
    case 1:
      skipReferenceType(reader);
      readLimits(reader, 'table');
      return { kind: 'table' };
    case 2:
      return { kind: 'memory', limits: readLimits(reader, 'memory') };
    case 3:
      readValueType(reader);
      if (reader.byte() > 1) reader.fail('an imported global is neither constant nor mutable');
      return { kind: 'global' };
    case 4:
      if (reader.byte() !== 0) reader.fail('a tag has an unknown attribute');
      readSignature(reader, types);
      return { kind: 'tag' };
    default:
      return reader.fail(`0x${code.toString(16)} is no kind of import`);
  }
}

function readSignature(reader: ByteReader, types: Types): string {
  const index = reader.u32();
  return types.signatureOf(index) ?? reader.fail(`there is no function type ${index}`);
}
