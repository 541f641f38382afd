import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admitModule, MODULE_REFUSALS, type Admission } from '../src/index.js';
import { anySections, mutated, plausible, VALID_MODULES } from './support/any-module.js';
import { assemble, command, functionType, I32, leb, list, name, repeat } from './support/wasm-builder.js';
import { WebAssembly } from './support/web-assembly.js';

const RUNS = Number(process.env['SANDLOT_FUZZ_RUNS'] ?? 1000);
const PAGE = 65_536;
const MEMORY_BYTES = 4 * PAGE;
const PREVIEW1 = 'wasi_snapshot_preview1';

const BOUNDS = { memoryBytes: MEMORY_BYTES, maxTableElements: 100 };

/** Decides, and throws if it does something else than admit, or refuse with a reason of the list. */
function admit(bytes: Uint8Array): Admission {
  const before = Uint8Array.from(bytes);
  const admission = admitModule(bytes, BOUNDS);
  assert.deepEqual(bytes, before, 'the input was changed');
  if (admission.kind === 'refused') {
    assert.ok(MODULE_REFUSALS.includes(admission.reason));
    assert.ok(admission.message.length < 2000);
  } else {
    assert.deepEqual(admitModule(admission.module, BOUNDS), admission, 'what was admitted is not admitted');
  }
  return admission;
}

describe('admitModule', () => {
  it('admits the modules that are mutated below', () => {
    expect(VALID_MODULES.map((module) => admit(module).kind)).toEqual(VALID_MODULES.map(() => 'admitted'));
  });

  it.each([
    ['bytes', fc.uint8Array({ maxLength: 200 })],
    ['bytes behind a preamble', fc.uint8Array({ maxLength: 200 }).map((bytes) => assemble([...bytes]))],
    ['sections', anySections],
    ['mutated modules', mutated],
    ['plausible modules', plausible],
  ])('decides about any %s', (_, bytes) => {
    fc.assert(
      fc.property(bytes, (each) => void admit(each)),
      { numRuns: RUNS },
    );
  });

  // What the engine makes of bytes is what counts: where it reads a module otherwise than we do, a limit could be lost.
  it('leaves no way to grow beyond the bounds to whatever the engine compiles', async () => {
    let compiled = 0;
    const property = fc.asyncProperty(fc.oneof(plausible, mutated), async (bytes) => {
      const admission = admit(bytes);
      if (admission.kind === 'refused' || !WebAssembly.validate(admission.module)) return;
      compiled += 1;
      const host = { fd_close: () => 0, fd_sync: () => 0 };
      const module = await WebAssembly.compile(admission.module);
      const { memory } = (await WebAssembly.instantiate(module, { [PREVIEW1]: host })).exports;
      expect(memory.buffer.byteLength).toBe(admission.initialMemoryBytes);
      const room = (admission.maximumMemoryBytes - admission.initialMemoryBytes) / PAGE;
      memory.grow(room);
      expect(memory.buffer.byteLength).toBeLessThanOrEqual(MEMORY_BYTES);
      expect(() => memory.grow(1)).toThrow(RangeError);
    });
    await fc.assert(property, { numRuns: RUNS });
    expect(compiled).toBeGreaterThan(RUNS / 10);
  }, 60_000);

  it('takes as invalid what it has made from a valid module, never', () => {
    const property = fc.property(fc.oneof(plausible, mutated), (bytes) => {
      const admission = admit(bytes);
      if (admission.kind === 'refused') return;
      expect(WebAssembly.validate(admission.module)).toBe(WebAssembly.validate(bytes));
    });
    fc.assert(property, { numRuns: RUNS });
  });

  const BYTES = 8_000_000;
  it.each<[string, (at: number) => number]>([
    ['empty recursion groups', (at) => (at % 2 === 0 ? 0x4e : 0)],
    ['plain types', (at) => (at % 3 === 0 ? 0x60 : 0)],
    ['zeroes', () => 0],
    ['numbers without end', () => 0x80],
    ['the letter e, in names as long as its code', () => 0x65],
  ])(
    'decides soon about millions of %s',
    (_, byteAt) => {
      const filling = Uint8Array.from({ length: BYTES }, (_byte, at) => byteAt(at));
      for (const id of [1, 2, 3, 4, 5, 6, 7, 9, 10, 11]) {
        const count = leb(id === 2 ? 100_000 : 1_000_000);
        const head = assemble([id, ...leb(BYTES + count.length), ...count]);
        const bytes = new Uint8Array(head.length + BYTES);
        bytes.set(head);
        bytes.set(filling, head.length);
        const start = performance.now();
        admitModule(bytes, { memoryBytes: MEMORY_BYTES });
        expect(performance.now() - start).toBeLessThan(2000);
      }
    },
    60_000,
  );

  it('decides soon about a hundred thousand imports of a wide type', () => {
    const entry = [...name('a'), ...name('b'), 0, 0];
    const wide = functionType(repeat(1000, I32), repeat(1000, I32));
    const bytes = command({ type: list(wide), import: list(...repeat(100_000, 0).map(() => entry)) });
    const start = performance.now();
    expect(admitModule(bytes, { memoryBytes: MEMORY_BYTES })).toMatchObject({ kind: 'refused' });
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
