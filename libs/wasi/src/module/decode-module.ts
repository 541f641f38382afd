import { ByteReader } from './binary/byte-reader.js';
import { readExports, type ModuleExport } from './binary/export-section.js';
import { MOST } from './binary/implementation-limits.js';
import { readImports, type ModuleImport } from './binary/import-section.js';
import { readLimits, type Limits } from './binary/limits.js';
import { readEntries, readSections, type Section, type Sections } from './binary/sections.js';
import { MalformedModule } from './binary/malformed-module.js';
import { readTables } from './binary/table-section.js';
import { Types } from './binary/type-section.js';

/** What is decided about: everything through which a module meets its host or holds memory. */
export interface ModuleShape {
  readonly sections: Sections;
  readonly imports: readonly ModuleImport[];
  /** Its own, without imported ones. */
  readonly memories: readonly Limits[];
  readonly tables: readonly Limits[];
  /** Those that WASI knows, by name. */
  readonly exports: ReadonlyMap<string, WasiExport>;
}

export interface WasiExport {
  readonly kind: ModuleExport['kind'];
  /** Of a function. */
  readonly signature?: string;
}

const NO_TYPE = -1;
const WASI_EXPORTS = ['_start', '_initialize', 'memory'];

/**
 * Decodes what the decisions need. Globals, elements, code and data are left to the engine, which compiles the module
 * inside the cell.
 *
 * @throws {MalformedModule} at the first byte that cannot be.
 */
export function decodeModule(bytes: Uint8Array): ModuleShape {
  const sections = readSections(bytes);
  const types = new Types(bytes, sections.get('type'));
  const imports = readImports(bytes, sections.get('import'), types);
  const functions = readEntries(bytes, sections.get('function'), MOST.functions, (reader) => reader.u32());
  checkBodies(bytes, sections.get('code'), functions.length);
  return {
    sections,
    imports,
    memories: readEntries(bytes, sections.get('memory'), MOST.memories, (reader) =>
      readLimits(reader, 'memory'),
    ),
    tables: readTables(bytes, sections.get('table')),
    exports: describeExports(bytes, sections.get('export'), { types, imports, functions }),
  };
}

/** The code section begins with as many bodies as the function section has types. */
function checkBodies(bytes: Uint8Array, code: Section | undefined, functions: number): void {
  const bodies = code === undefined ? 0 : new ByteReader(bytes, code.contents, code.end).count();
  if (bodies === functions) return;
  throw new MalformedModule(
    code?.contents ?? bytes.length,
    `there are ${bodies} bodies for ${functions} functions`,
  );
}

interface Functions {
  readonly types: Types;
  readonly imports: readonly ModuleImport[];
  /** The type of each own function. */
  readonly functions: readonly number[];
}

/** Functions are counted over imports first, then the module's own. */
function describeExports(
  bytes: Uint8Array,
  section: Section | undefined,
  { types, imports, functions }: Functions,
): ModuleShape['exports'] {
  const imported = imports.flatMap(({ what }) => (what.kind === 'function' ? [what.signature] : []));
  const described = new Map<string, WasiExport>();
  for (const { name, kind, index, offset } of readExports(bytes, section, WASI_EXPORTS)) {
    const own = functions[index - imported.length] ?? NO_TYPE;
    const signature = kind === 'function' ? (imported[index] ?? types.signatureOf(own)) : undefined;
    if (kind === 'function' && signature === undefined) {
      throw new MalformedModule(offset, `there is no function ${index} to export`);
    }
    described.set(name, { kind, ...(signature === undefined ? {} : { signature }) });
  }
  return described;
}
