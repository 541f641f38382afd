/** A module of the given sections, by number and content, without the lengths that precede them. */
export function wasmModule(...sections: readonly (readonly [number, readonly number[]])[]): Uint8Array {
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.from([
    ...header,
    ...sections.flatMap(([id, content]) => [id, ...leb128(content.length), ...content]),
  ]);
}

/** A name as modules have it. */
export function wasmName(text: string): readonly number[] {
  const bytes = [...Buffer.from(text)];
  return [...leb128(bytes.length), ...bytes];
}

function leb128(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb128(value >>> 7)];
}

/** A type without parameters and results, and one function of it. */
const ONE_FUNCTION = [
  [1, [1, 0x60, 0, 0]],
  [3, [1, 0]],
] as const;

/** A module without memory and imports whose start function has a body; `isStartSection` runs it at instantiation. */
export function bareModule(body: readonly number[], isStartSection = false): Uint8Array {
  const code = [1, ...leb128(body.length + 2), 0, ...body, 0x0b];
  const exported = [1, ...wasmName('_start'), 0, 0];
  const start = isStartSection ? [[8, [0]] as const] : [];
  return wasmModule(...ONE_FUNCTION, [7, exported], ...start, [10, code]);
}

/** A module whose start section makes calls with zeros, by name and number of arguments, and drops what they return. */
export function callingStartSection(
  calls: readonly { name: string; args: number; returns: boolean }[],
): Uint8Array {
  const types = calls.flatMap(({ args, returns }) => [
    0x60,
    args,
    ...Array<number>(args).fill(0x7f),
    ...(returns ? [1, 0x7f] : [0]),
  ]);
  const imports = calls.flatMap(({ name }, index) => [
    ...wasmName('wasi_snapshot_preview1'),
    ...wasmName(name),
    0,
    index,
  ]);
  const body = calls.flatMap(({ args, returns }, index) => [
    ...Array.from({ length: args }, () => [0x41, 7]).flat(),
    0x10,
    index,
    ...(returns ? [0x1a] : []),
  ]);
  const own = calls.length;
  return wasmModule(
    [1, [own + 1, ...types, 0x60, 0, 0]],
    [2, [own, ...imports]],
    [3, [2, own, own]],
    [5, [1, 0, 1]],
    [7, [2, ...wasmName('memory'), 2, 0, ...wasmName('_start'), 0, own + 1]],
    [8, [own]],
    [10, [2, ...leb128(body.length + 2), 0, ...body, 0x0b, 2, 0, 0x0b]],
  );
}

/** A module that exits with 3 where it catches everything, and with 4 should it go on. */
export function catchingItsExit(): Uint8Array {
  const TRY = [0x06, 0x40];
  const CATCH_ALL = [0x19, 0x0b];
  const exit = (code: number) => [0x41, code, 0x10, 0];
  const body = [...TRY, ...exit(3), ...CATCH_ALL, ...exit(4)];
  return wasmModule(
    [1, [2, 0x60, 1, 0x7f, 0, 0x60, 0, 0]],
    [2, [1, ...wasmName('wasi_snapshot_preview1'), ...wasmName('proc_exit'), 0, 0]],
    [3, [1, 1]],
    [5, [1, 0, 1]],
    [7, [2, ...wasmName('memory'), 2, 0, ...wasmName('_start'), 0, 1]],
    [10, [1, body.length + 2, 0, ...body, 0x0b]],
  );
}
