import { describe, expect, it } from 'vitest';
import {
  assemble,
  command,
  exportEntry,
  FUNCREF,
  functionType,
  I32,
  importEntry,
  importFunction,
  importingCommand,
  KIND,
  leb,
  limits,
  list,
  MEMORY,
  name,
  repeat,
  section,
  SECTION,
  START,
} from '../../test/support/wasm-builder.js';
import { WebAssembly } from '../../test/support/web-assembly.js';
import { decodeModule } from './decode-module.js';

const TYPES = section(SECTION.type, list(functionType()));
const MEMORIES = section(SECTION.memory, list(limits(1)));
const MILLION = leb(1_000_001);
/** Zeroes, so that no count is too large for what is left. */
const PADDING = repeat(1_000_100, 0);

describe('decodeModule finds malformed', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['a section id alone', assemble([1]), /more bytes are expected/],
    ['a section beyond the end', assemble([1, 100, 0]), /100 bytes are announced, more than there are left/],
    ['a length of five full bytes', assemble([1, 0xff, 0xff, 0xff, 0xff, 0xff]), /more than 32 bits/],
    ['a length of 33 bits', assemble([1, 0x80, 0x80, 0x80, 0x80, 0x10]), /more than 32 bits/],
    ['a length of six bytes', assemble([1, 0x80, 0x80, 0x80, 0x80, 0x80, 0]), /more than 32 bits/],
    ['a length that is cut', assemble([1, 0x80]), /more bytes are expected/],
    ['an unknown section', assemble(section(14, [])), /at byte 8 .*unknown id 14/],
    ['a section twice', assemble(TYPES, TYPES), /type section is there twice/],
    ['sections out of order', assemble(MEMORIES, TYPES), /type section stands after the memory section/],
    [
      'tags after globals',
      assemble(section(6, [0]), section(13, [0])),
      /tag section stands after the global/,
    ],
    ['a custom section without a name', assemble(section(0, [])), /more bytes are expected/],
    ['a custom name beyond its section', assemble(section(0, [9]), TYPES), /9 bytes are announced/],
    ['an empty section', assemble(section(SECTION.type, [])), /more bytes are expected/],
    [
      'a count that lies',
      assemble(section(SECTION.type, leb(2 ** 32 - 1))),
      /4294967295 entries are announced/,
    ],
    ['entries beyond the count', assemble(section(SECTION.type, [0, 0])), /type section goes on/],
    ['a type that is none', command({ type: list([0x61, 0, 0]) }), /0x61 begins no type/],
    ['a value type that is none', command({ type: list([0x60, 1, 0x40, 0]) }), /0x40 is no type of a value/],
    ['a field of no mutability', command({ type: list([0x5e, I32, 2]) }), /neither constant nor mutable/],
    [
      'a reference type of 34 bits',
      command({ type: list([0x60, 1, 0x64, 0x80, 0x80, 0x80, 0x80, 0x20, 0]) }),
      /33 bits/,
    ],
    ['too many parameters', command({ type: list(functionType(repeat(1001, I32))) }), /1001 entries/],
    [
      'too many types',
      command({ type: [...MILLION, ...PADDING] }),
      /more than the 1000000 that engines take/,
    ],
    [
      'too many types in a group',
      command({ type: [1, 0x4e, ...MILLION, ...PADDING] }),
      /more types than the 1000000/,
    ],
    ['an import of no type', importingCommand([importFunction('a', 'b', 9)]), /no function type 9/],
    [
      'an import of a struct',
      importingCommand([importFunction('a', 'b', 1)], [0x5f, 0]),
      /no function type 1/,
    ],
    ['an import of no kind', importingCommand([importEntry('a', 'b', [5, 0])]), /0x5 is no kind of import/],
    ['an import that is cut', command({ import: [1, ...name('a'), ...leb(7)] }), /7 bytes are announced/],
    ['a global of no mutability', importingCommand([importEntry('a', 'b', [3, I32, 2])]), /neither constant/],
    ['a tag of no kind', importingCommand([importEntry('a', 'b', [4, 1, 0])]), /unknown attribute/],
    ['a memory with unknown flags', command({ memory: list([16, 1]) }), /memory have unknown flags/],
    ['a memory smaller than itself', command({ memory: list(limits(2, 1)) }), /maximum of a memory is below/],
    ['a memory beyond its addresses', command({ memory: list(limits(1, 65_537)) }), /above 65536 pages/],
    ['a memory without its maximum', command({ memory: [1, 1, 1] }), /more bytes are expected/],
    ['a memory of 65 bits', command({ memory: [1, 4, ...repeat(9, 0x80), 2] }), /more than 64 bits/],
    ['too many memories', command({ memory: [...leb(100_001), ...PADDING] }), /more than the 100000 that/],
    ['a shared table', command({ table: list([FUNCREF, 3, 0, 1]) }), /table have unknown flags/],
    ['a table of numbers', command({ table: list([I32, 0, 0]) }), /element type of a table is no reference/],
    [
      'a table smaller than itself',
      command({ table: list([FUNCREF, ...limits(2, 1)]) }),
      /maximum of a table/,
    ],
    ['a table with a reserved byte', command({ table: list([0x40, 1, FUNCREF, 0, 0]) }), /reserved byte/],
    [
      'a table filled by a call',
      command({ table: list([0x40, 0, FUNCREF, 0, 0, 0x10, 0, 0x0b]) }),
      /0x10 is no constant/,
    ],
    ['a table filled without end', command({ table: list([0x40, 0, FUNCREF, 0, 0, 0xd2, 0]) }), /more bytes/],
    ['a body too few', command({ function: list([0], [0]) }), /1 bodies for 2 functions/],
    ['no bodies', command({ code: undefined }), /0 bodies for 1 functions/],
    ['an export of no kind', command({ export: list(exportEntry('a', 5, 0)) }), /0x5 is no kind of export/],
    [
      'an export of no function',
      command({ export: list(exportEntry('_start', 0, 1)) }),
      /no function 1 to export/,
    ],
    ['an export twice', command({ export: list(START, START) }), /_start is exported twice/],
    ['an own function of no type', command({ function: list([1]) }), /no function 0 to export/],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeModule(bytes)).toThrow(message);
    expect(WebAssembly.validate(bytes)).toBe(false);
  });
});

describe('decodeModule', () => {
  it('reads padded numbers, as linkers write them', () => {
    const contents = [...leb(1, 5), 0x00, ...leb(3, 5)];
    const bytes = assemble([SECTION.memory, ...leb(contents.length, 5), ...contents]);
    expect(decodeModule(bytes).memories).toMatchObject([{ minimum: 3 }]);
    expect(WebAssembly.validate(bytes)).toBe(true);
  });

  it('passes over custom sections anywhere, also of one name', () => {
    const custom = section(SECTION.custom, [...name('x'), 1, 2, 3]);
    const bytes = assemble(custom, TYPES, custom, MEMORIES, custom);
    expect(decodeModule(bytes)).toMatchObject({ memories: [{ minimum: 1 }], imports: [], tables: [] });
  });

  it('counts the types of recursion groups one by one', () => {
    const group = [
      0x4e,
      ...list([0x50, 0, 0x5f, ...list([0x78, 1], [0x63, 0, 0])], [0x4f, 1, 0, 0x5e, I32, 0]),
    ];
    const bytes = command({
      type: list(group, [0x60, 1, 0x64, 0x70, 0], functionType([I32], [])),
      import: list(importFunction('a', 'f', 2), importFunction('a', 'g', 3)),
      function: list([3]),
      export: list(exportEntry('_start', KIND.function, 2), MEMORY),
    });
    expect(decodeModule(bytes)).toMatchObject({
      imports: [{ what: { signature: '(reference) -> ()' } }, { what: { signature: '(i32) -> ()' } }],
      exports: new Map([
        ['_start', { kind: 'function', signature: '(i32) -> ()' }],
        ['memory', { kind: 'memory' }],
      ]),
    });
  });

  it('finds the limits behind an initial value of a table', () => {
    const values = [
      [0xd0, 0x70],
      [0xd2, 0],
      [0x23, 0],
      [0x41, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xfb, 28],
      [0x42, ...repeat(9, 0xff), 0x7f],
      [0x43, 0, 0, 0, 0x0b],
      [0x44, 0, 0, 0, 0, 0, 0, 0, 0x0b],
      [0xfd, 12, ...repeat(16, 0x0b)],
      [0xfb, 8, 0, 3],
      [0x41, 1, 0x41, 1, 0x6a],
    ];
    const tables = values.map((value) => [0x40, 0, FUNCREF, ...limits(4), ...value, 0x0b]);
    expect(decodeModule(command({ table: list(...tables) })).tables).toHaveLength(values.length);
  });

  it('keeps only exports that WASI knows', () => {
    const others = Array.from({ length: 50 }, (_, index) => exportEntry(`f${index}`, KIND.function, 0));
    const { exports } = decodeModule(command({ export: list(...others, START) }));
    expect([...exports.keys()]).toEqual(['_start']);
  });
});
