import { describe, expect, it } from 'vitest';
import {
  assemble,
  command,
  exportEntry,
  FUNCREF,
  functionType,
  I32,
  KIND,
  leb,
  limits,
  list,
  MEMORY,
  name,
  section,
  SECTION,
  START,
} from '../../test/support/wasm-builder.js';
import { WebAssembly, type GuestExports } from '../../test/support/web-assembly.js';
import { admitModule } from './admit-module.js';

const PAGE = 65_536;

function rewritten(bytes: Uint8Array, memoryPages = 16, maxTableElements = 100): Uint8Array {
  const admission = admitModule(bytes, { memoryBytes: memoryPages * PAGE + 1, maxTableElements });
  if (admission.kind === 'refused') throw new Error(admission.message);
  return admission.module;
}

async function run(bytes: Uint8Array): Promise<GuestExports> {
  return (await WebAssembly.instantiate(await WebAssembly.compile(bytes))).exports;
}

describe('the rewritten module', () => {
  it.each<[string, readonly number[], readonly number[]]>([
    ['gets a maximum where there is none', limits(1), limits(1, 16)],
    ['gets a lower maximum', limits(2, 65_536), limits(2, 16)],
    ['keeps a maximum that is lower', limits(1, 15), limits(1, 15)],
    ['keeps a maximum that is the same', limits(1, 16), limits(1, 16)],
  ])('%s', (_, before, after) => {
    expect(rewritten(command({ memory: list(before) }))).toEqual(command({ memory: list(after) }));
  });

  it('is the same elsewhere, padded numbers, custom sections and names included', () => {
    const custom = section(SECTION.custom, [...name('name'), 1, 2, 3]);
    const type = section(SECTION.type, [...leb(1, 5), ...functionType()]);
    const head = [...type, ...custom, ...section(SECTION.function, list([0]))];
    const tail = [
      ...custom,
      ...section(SECTION.export, list(START, MEMORY)),
      ...section(SECTION.code, list([2, 0, 0x0b])),
      ...custom,
    ];
    const contents = [...leb(1, 3), 0, ...leb(1, 5)];
    const memory = [SECTION.memory, ...leb(contents.length, 5), ...contents];
    const expected = section(SECTION.memory, [...leb(1, 3), ...limits(1, 16)]);
    expect(rewritten(assemble(head, memory, tail))).toEqual(assemble(head, expected, tail));
  });

  it('shares what tables may grow by among them', () => {
    const table = list(
      [FUNCREF, ...limits(10)],
      [0x40, 0, FUNCREF, ...limits(20, 21), 0xd0, 0x70, 0x0b],
      [0x40, 0, FUNCREF, ...limits(10, 1000), 0xd0, 0x70, 0x0b],
    );
    const expected = list(
      [FUNCREF, ...limits(10, 30)],
      [0x40, 0, FUNCREF, ...limits(20, 21), 0xd0, 0x70, 0x0b],
      [0x40, 0, FUNCREF, ...limits(10, 30), 0xd0, 0x70, 0x0b],
    );
    const memory = list(limits(1, 16));
    expect(rewritten(command({ table, memory }))).toEqual(command({ table: expected, memory }));
  });

  it('cannot grow beyond its bounds, neither by its host nor by itself', async () => {
    const startBody = [2, 0, 0x0b];
    const growBody = [6, 0, 0x20, 0, 0x40, 0, 0x0b]; // local.get 0, memory.grow
    const bytes = command({
      type: list(functionType(), functionType([I32], [I32])),
      function: list([0], [1]),
      table: list([FUNCREF, ...limits(1)]),
      export: list(START, MEMORY, exportEntry('grow', KIND.function, 1), exportEntry('table', KIND.table, 0)),
      code: list(startBody, growBody),
    });
    const free = await run(bytes);
    expect(free.grow(16)).toBe(1);
    const held = await run(rewritten(bytes));
    expect(held.grow(16)).toBe(-1);
    expect(held.grow(15)).toBe(1);
    expect(held.memory.buffer.byteLength).toBe(16 * PAGE);
    expect(() => held.memory.grow(1)).toThrow(RangeError);
    expect(held.table.grow(99)).toBe(1);
    expect(() => held.table.grow(1)).toThrow(RangeError);
  });
});
