import { describe, expect, it } from 'vitest';
import {
  command,
  FUNCREF,
  functionType,
  I32,
  importFunction,
  importing,
  limits,
  list,
  MEMORY,
  repeat,
  START,
} from '../../test/support/wasm-builder.js';
import { BOUNDS, REFUSED } from '../../test/support/refused-modules.js';
import { admitModule, type Admitted } from './admit-module.js';
import { MODULE_REFUSALS } from './refusal.js';

const PAGE = 65_536;
const PREVIEW1 = 'wasi_snapshot_preview1';
/** What, why, what to do. */
const WORDING = /^Cannot run the module: \P{Cc}*[^.]\. [A-Z]\P{Cc}*[^.]\.$/u;

describe('admitModule refuses', () => {
  it.each(REFUSED)('%s: %s', (_, reason, bytes, message) => {
    const admission = admitModule(bytes, BOUNDS);
    expect(admission).toMatchObject({ kind: 'refused', reason, message: expect.stringMatching(message) });
  });

  it.each(MODULE_REFUSALS)('%s in some test above', (reason) => {
    expect(REFUSED.map(([, each]) => each)).toContain(reason);
  });

  it.each(REFUSED)('%s in words that say what, why and what to do', (_title, _reason, bytes) => {
    expect(admitModule(bytes, BOUNDS)).toMatchObject({ message: expect.stringMatching(WORDING) });
  });

  it('names that are long or write to terminals, without quoting them whole', () => {
    const bytes = importing(...repeat(5, 0).map(() => importFunction('\n\u001b[2J', 'x'.repeat(50_000))));
    const admission = admitModule(bytes, { memoryBytes: PAGE });
    expect(admission).toMatchObject({ reason: 'unknown-import', message: expect.stringMatching(WORDING) });
    expect(JSON.stringify(admission).length).toBeLessThan(1000);
  });

  it('a version of WASI that is not served', () => {
    const bytes = importing(importFunction('wasi_unstable', 'fd_close', 1));
    expect(admitModule(bytes, { ...BOUNDS, wasiVersions: ['wasi_snapshot_preview1'] })).toMatchObject({
      reason: 'unknown-import',
      message: expect.stringContaining('"wasi_unstable"."fd_close"'),
    });
  });

  it('any memory where none is allowed', () => {
    expect(admitModule(command(), { memoryBytes: PAGE - 1 })).toMatchObject({ reason: 'memory-above-limit' });
    expect(admitModule(command({ memory: list(limits(0)) }), { memoryBytes: 0 })).toMatchObject({
      kind: 'admitted',
      maximumMemoryBytes: 0,
    });
  });
});

describe('admitModule', () => {
  const admit = (bytes: Uint8Array, bounds = BOUNDS): Admitted => {
    const admission = admitModule(bytes, bounds);
    if (admission.kind === 'refused') throw new Error(admission.message);
    return admission;
  };

  it('tells the imports, their version, and the memory', () => {
    const bytes = importing(importFunction(PREVIEW1, 'fd_close', 1), importFunction(PREVIEW1, 'fd_sync', 1));
    expect(admit(bytes)).toEqual({
      kind: 'admitted',
      module: expect.any(Uint8Array),
      imports: [
        { module: PREVIEW1, name: 'fd_close' },
        { module: PREVIEW1, name: 'fd_sync' },
      ],
      wasiVersion: PREVIEW1,
      initialMemoryBytes: PAGE,
      maximumMemoryBytes: 16 * PAGE,
    });
  });

  it('takes the version of 2019, and a module that imports nothing', () => {
    expect(admit(importing(importFunction('wasi_unstable', 'fd_close', 1))).wasiVersion).toBe(
      'wasi_unstable',
    );
    expect(admit(command())).not.toHaveProperty('wasiVersion');
  });

  it('takes a module as large, and with as much memory and tables, as is allowed', () => {
    const bytes = command({ memory: list(limits(16)), table: list([FUNCREF, ...limits(100)]) });
    const admitted = admit(bytes, { ...BOUNDS, maxModuleBytes: bytes.length });
    expect(admitted).toMatchObject({ initialMemoryBytes: 16 * PAGE, maximumMemoryBytes: 16 * PAGE });
  });

  it('gives the bytes back as they are when the module declares less than is allowed', () => {
    const bytes = command({ memory: list(limits(1, 2)), table: list([FUNCREF, ...limits(1, 100)]) });
    expect(admit(bytes).module).toBe(bytes);
    expect(admit(bytes).maximumMemoryBytes).toBe(2 * PAGE);
  });

  it('takes a re-exported import as _start', () => {
    const bytes = command({
      type: list(functionType([I32]), functionType()),
      import: list(importFunction(PREVIEW1, 'proc_exit')),
      function: list([1]),
      export: list(START, MEMORY),
    });
    expect(admitModule(bytes, BOUNDS)).toMatchObject({
      reason: 'wrong-start-signature',
      message: expect.stringContaining('_start is (i32) -> ()'),
    });
  });

  it.each([Number.NaN, -1, 1.5, Infinity])('takes no bound of %s', (memoryBytes) => {
    expect(() => admitModule(command(), { memoryBytes })).toThrow(RangeError);
  });

  it('reads a part of a larger buffer', () => {
    const bytes = command();
    const buffer = new Uint8Array(bytes.length + 20);
    buffer.set(bytes, 7);
    const admitted = admit(buffer.subarray(7, 7 + bytes.length));
    expect(admitted.module).toEqual(admit(bytes).module);
  });
});
