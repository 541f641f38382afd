/** Modules that no compiler makes: what they do to an engine is in their shape. */

const VOID = 0x40;
const [END, UNREACHABLE, BLOCK, LOOP, BR, CALL] = [0x0b, 0x00, 0x02, 0x03, 0x0c, 0x10];
const [TRY, THROW, CATCH_ALL] = [0x06, 0x08, 0x19];
const NO_LOCALS = [0];

interface Shape {
  /** Bodies of functions `() -> ()`: locals and code, without the end. The last one is `_start`. */
  readonly functions: readonly Buffer[];
  /** With one tag, for exceptions. */
  readonly hasTag?: boolean;
  /** The function of the start section. */
  readonly start?: number;
  /** Contents of the section that names functions. */
  readonly names?: Buffer;
}

/** A function whose blocks lie in each other. Five times as deep V8 takes half a gibibyte for it. */
export function nestedBlocks(): Buffer {
  const depth = 100_000;
  return module({
    functions: [body(NO_LOCALS, repeat([BLOCK, VOID], depth), repeat([END], depth))],
  });
}

/** Calls itself, with a frame of 400 kB each time: it could step over what lies below the stack. */
export function largeFrames(): Buffer {
  return module({ functions: [body([1, ...leb(49_999), 0x7e], [CALL, 0])] });
}

/** 60 branches with 65,000 targets each. */
export function wideBranches(): Buffer {
  const targets = 65_000;
  const branch = bytes([BLOCK, VOID, 0x41, 0, 0x0e], leb(targets), repeat([0], targets + 1), [END]);
  return module({ functions: Array.from({ length: 60 }, () => body(NO_LOCALS, branch)) });
}

export function throwsForEver(): Buffer {
  const caught = [TRY, VOID, THROW, 0, CATCH_ALL, END];
  return module({ hasTag: true, functions: [body(NO_LOCALS, [LOOP, VOID], caught, [BR, 0, END])] });
}

/** Recurses, and recurses on from the exception that a stack without room would be. */
export function catchesAndRecurses(): Buffer {
  return module({
    hasTag: true,
    functions: [body(NO_LOCALS, [TRY, VOID, CALL, 0, CATCH_ALL, CALL, 0, END])],
  });
}

/** Throws what nobody catches, before `_start` is reached. */
export function startSectionThrows(): Buffer {
  return module({ hasTag: true, start: 0, functions: [body(NO_LOCALS, [THROW, 0]), body(NO_LOCALS)] });
}

/** Traps in a function with a name that looks like V8's stack, then like a record, and goes on for a while. */
export function lyingName(): Buffer {
  const name = `x\n    at f (wasm://wasm/1:2)\n{"kind":"exited","exitCode":0}\n\0${'é'.repeat(500_000)}`;
  return module({
    functions: [body(NO_LOCALS, [UNREACHABLE])],
    names: vector([bytes([0], text(name))]),
  });
}

function module({ functions, hasTag = false, start, names }: Shape): Buffer {
  const last = functions.length - 1;
  return bytes(
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, [1, 0x60, 0, 0]),
    section(3, vector(functions.map(() => [0]))),
    section(5, [1, 0, 1]),
    hasTag ? section(13, [1, 0, 0]) : [],
    section(7, vector([bytes(text('memory'), [2, 0]), bytes(text('_start'), [0], leb(last))])),
    start === undefined ? [] : section(8, leb(start)),
    section(10, vector(functions)),
    names === undefined ? [] : section(0, bytes(text('name'), [1], leb(names.byteLength), names)),
  );
}

type Part = Buffer | readonly number[];

function body(...parts: readonly Part[]): Buffer {
  const content = bytes(...parts, [END]);
  return bytes(leb(content.byteLength), content);
}

function section(id: number, content: Part): Buffer {
  return bytes([id], leb(content.length), content);
}

function vector(entries: readonly Part[]): Buffer {
  return bytes(leb(entries.length), ...entries);
}

function text(content: string): Buffer {
  const encoded = Buffer.from(content);
  return bytes(leb(encoded.byteLength), encoded);
}

function repeat(pattern: readonly number[], count: number): Buffer {
  return Buffer.alloc(pattern.length * count, Buffer.from(pattern));
}

function bytes(...parts: readonly Part[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

/** An unsigned LEB128 number. */
function leb(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}
