import fc from 'fast-check';
import {
  assemble,
  command,
  FUNCREF,
  functionType,
  I32,
  importFunction,
  importingCommand,
  leb,
  limits,
  list,
  name,
  section,
} from './wasm-builder.js';

const PREVIEW1 = 'wasi_snapshot_preview1';

/** Modules that are admitted; some engines do not know all that is in them. */
export const VALID_MODULES: readonly Uint8Array[] = [
  command(),
  command({
    memory: list(limits(1, 9)),
    table: list([FUNCREF, ...limits(3)], [FUNCREF, ...limits(1, 70_000)]),
  }),
  command({ table: list([0x40, 0, FUNCREF, ...limits(2), 0xd0, 0x70, 0x0b]) }),
  command({ type: list(functionType(), [0x4e, 2, 0x50, 0, 0x5f, 1, 0x78, 1, 0x4f, 0, 0x5e, I32, 0]) }),
  importingCommand([importFunction(PREVIEW1, 'fd_close', 1), importFunction(PREVIEW1, 'fd_sync', 1)]),
];

/** What a module can be turned into: bytes changed, left out, put in, and parts of other modules in between. */
export const mutated: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(...VALID_MODULES),
    fc.array(
      fc.record({
        at: fc.nat(200),
        remove: fc.nat(3),
        insert: fc.oneof(
          fc.array(fc.oneof(fc.nat(15), fc.nat(255)), { maxLength: 5 }),
          fc.constantFrom([0xff, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x80, 0x80, 0x10], [0x80, 0x80, 0x04]),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([module, edits]) => {
    const bytes = [...module];
    for (const { at, remove, insert } of edits) bytes.splice(at % bytes.length, remove, ...insert);
    return Uint8Array.from(bytes);
  });

/** Sections in an order of their own, with lengths that are right. */
export const anySections: fc.Arbitrary<Uint8Array> = fc
  .array(fc.tuple(fc.nat(14), fc.array(fc.nat(255), { maxLength: 30 })), { maxLength: 6 })
  .map((sections) => assemble(...sections.map(([id, contents]) => section(id, contents))));

const padding = fc.integer({ min: 1, max: 5 });
const anyLimits = fc
  .tuple(fc.nat(4), fc.option(fc.nat(70)), padding)
  .map(([minimum, more, length]) =>
    more === null
      ? [0, ...leb(minimum, length)]
      : [1, ...leb(minimum, length), ...leb(minimum + more, length)],
  );
const anyTable = fc
  .tuple(anyLimits, fc.boolean())
  .map(([each, isFilled]) => (isFilled ? [0x40, 0, FUNCREF, ...each, 0xd0, 0x70, 0x0b] : [FUNCREF, ...each]));
const custom = fc.array(fc.nat(255), { maxLength: 9 }).map((bytes) => section(0, [...name('x'), ...bytes]));

/** Modules that engines take, mostly: limits, tables and padding of all kinds, one byte changed in some. */
export const plausible: fc.Arbitrary<Uint8Array> = fc
  .record({
    memory: anyLimits,
    tables: fc.array(anyTable, { maxLength: 3 }),
    between: fc.tuple(custom, fc.boolean()),
    length: padding,
    change: fc.option(fc.tuple(fc.nat(200), fc.nat(255)), { freq: 1 }),
  })
  .map(({ memory, tables, between: [extra, isExtra], length, change }) => {
    const sections = splitSections(command({ memory: list(memory), table: list(...tables) }));
    const padded = sections.map(([id = 0, ...contents]) => [
      id,
      ...leb(contents.length, length),
      ...contents,
    ]);
    const bytes = assemble(...padded.flatMap((each) => (isExtra ? [extra, each] : [each])));
    if (change !== null) bytes[change[0] % bytes.length] = change[1];
    return bytes;
  });

/** Id and contents of each section; all are shorter than 128 bytes. */
function splitSections(module: Uint8Array): readonly (readonly number[])[] {
  const sections: number[][] = [];
  for (let at = 8; at < module.length; at += 2 + module[at + 1]!) {
    sections.push([module[at]!, ...module.subarray(at + 2, at + 2 + module[at + 1]!)]);
  }
  return sections;
}
