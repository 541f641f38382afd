/** Modules put together from bytes, for shapes that no compiler makes. */

type Bytes = readonly number[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export const FUNCREF = 0x70;
export const KIND = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** An unsigned LEB128 number; `length` pads it, as linkers do. */
export function leb(value: number, length = 1): Bytes {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80 || bytes.length + 1 < length) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

/** A list of entries, behind their count. */
export function list(...entries: readonly Bytes[]): Bytes {
  return [...leb(entries.length), ...entries.flat()];
}

export function repeat(count: number, byte: number): Bytes {
  return Array.from({ length: count }, () => byte);
}

export function name(text: string): Bytes {
  const bytes = new TextEncoder().encode(text);
  return [...leb(bytes.length), ...bytes];
}

export function section(id: number, contents: Bytes): Bytes {
  return [id, ...leb(contents.length), ...contents];
}

/** A module of these sections, as they are. */
export function assemble(...sections: readonly Bytes[]): Uint8Array {
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

export function functionType(parameters: Bytes = [], results: Bytes = []): Bytes {
  return [0x60, ...leb(parameters.length), ...parameters, ...leb(results.length), ...results];
}

export function importEntry(module: string, field: string, description: Bytes): Bytes {
  return [...name(module), ...name(field), ...description];
}

export function exportEntry(text: string, kind: number, index: number): Bytes {
  return [...name(text), kind, ...leb(index)];
}

/** Imports a function of type 0. */
export function importFunction(module: string, field: string, type = 0): Bytes {
  return importEntry(module, field, [KIND.function, ...leb(type)]);
}

/** Limits without a maximum, or with one. */
export function limits(minimum: number, maximum?: number): Bytes {
  return maximum === undefined ? [0, ...leb(minimum)] : [1, ...leb(minimum), ...leb(maximum)];
}

export const START = exportEntry('_start', KIND.function, 0);
export const MEMORY = exportEntry('memory', KIND.memory, 0);
const EMPTY_BODY = [2, 0, 0x0b];

/** Contents of the sections of the least that is a command: an empty `_start`, and a memory of one page. */
const COMMAND = {
  type: list(functionType()),
  import: undefined,
  function: list([0]),
  table: undefined,
  memory: list(limits(1)),
  tag: undefined,
  global: undefined,
  export: list(START, MEMORY),
  element: undefined,
  code: list(EMPTY_BODY),
} as const;

export type Contents = Partial<Record<keyof typeof COMMAND, Bytes | undefined>>;

/** That command with other contents of some sections; one that is undefined is left out. */
export function command(contents: Contents = {}): Uint8Array {
  const all: Contents = { ...COMMAND, ...contents };
  const order = Object.keys(COMMAND) as readonly (keyof typeof COMMAND)[]; // the keys are in the order of a module
  return assemble(...order.map((each) => (all[each] === undefined ? [] : section(SECTION[each], all[each]))));
}

/** A command that imports; functions of `() -> ()` have type 0, and what is given has type 1. */
export function importingCommand(
  imports: readonly Bytes[],
  type: Bytes = functionType([I32], [I32]),
): Uint8Array {
  const functions = imports.filter(isFunctionImport).length;
  return command({
    type: list(functionType(), type),
    import: list(...imports),
    export: list(exportEntry('_start', KIND.function, functions), MEMORY),
  });
}

/** {@link importingCommand} with these imports. */
export function importing(...imports: readonly Bytes[]): Uint8Array {
  return importingCommand(imports);
}

/** The kind stands behind two names, which are shorter than 128 bytes or the import is a function. */
function isFunctionImport(entry: Bytes): boolean {
  const [moduleLength = 0] = entry;
  const fieldLength = entry[1 + moduleLength] ?? 0;
  return (
    moduleLength >= 0x80 || fieldLength >= 0x80 || entry[2 + moduleLength + fieldLength] === KIND.function
  );
}
