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
