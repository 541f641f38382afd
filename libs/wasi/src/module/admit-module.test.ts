import { describe, expect, it } from 'vitest';
import {
  assemble,
  command,
  exportEntry,
  FUNCREF,
  functionType,
  I32,
  I64,
  importEntry,
  importFunction,
  importingCommand,
  KIND,
  limits,
  list,
  MEMORY,
  repeat,
  START,
} from '../../test/support/wasm-builder.js';
import { admitModule, type Admitted } from './admit-module.js';
import type { ModuleBounds } from './bounds.js';
import { MODULE_REFUSALS, type ModuleRefusal } from './refusal.js';

const PAGE = 65_536;
const BOUNDS: ModuleBounds = { memoryBytes: 16 * PAGE, maxModuleBytes: 4096, maxTableElements: 100 };
const PREVIEW1 = 'wasi_snapshot_preview1';
/** What, why, what to do. */
const WORDING = /^Cannot run the module: \P{Cc}*[^.]\. [A-Z]\P{Cc}*[^.]\.$/u;
const imports = (...entries: Parameters<typeof importingCommand>[0]) => importingCommand(entries);

const REFUSED: readonly (readonly [string, ModuleRefusal, Uint8Array, RegExp])[] = [
  ['nothing', 'not-webassembly', Uint8Array.of(), /does not begin with the bytes 00 61 73 6d/],
  ['half the magic', 'not-webassembly', Uint8Array.of(0, 0x61), /does not begin/],
  ['an ELF file', 'not-webassembly', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, ...repeat(60, 0)]), /does not/],
  ['text', 'not-webassembly', new TextEncoder().encode('(module)'), /does not begin/],
  ['the magic alone', 'not-webassembly', assemble().subarray(0, 4), /ends before its version/],
  ['version 2', 'not-webassembly', Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0), /another version/],
  ['layer 2', 'not-webassembly', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 2, 0), /another version/],
  ['a component', 'component', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0), /is a component/],
  ['a section that is cut', 'malformed', assemble([1, 5, 0]), /at byte 10 \(0xa\) 5 bytes are announced/],
  ['too many bytes', 'too-large', new Uint8Array(4097), /is 4097 bytes long and may be 4096/],
  [
    'threads with their shared memory',
    'threads',
    imports(importEntry('env', 'memory', [KIND.memory, 3, 1, 2]), importFunction('wasi', 'thread-spawn')),
    /starts threads/,
  ],
  ['a shared memory', 'shared-memory', command({ memory: list([3, 1, 2]) }), /shared between threads/],
  [
    'an imported shared memory',
    'shared-memory',
    imports(importEntry('env', 'memory', [KIND.memory, 3, 1, 2])),
    /shared between threads/,
  ],
  ['a 64-bit memory', 'wasm64', command({ memory: list([4, 1]) }), /has a 64-bit memory/],
  ['a shared 64-bit memory', 'shared-memory', command({ memory: list([7, 1, 2]) }), /shared/],
  ['a 64-bit table', 'wasm64', command({ table: list([FUNCREF, 5, 1, 2]) }), /has a 64-bit table/],
  ['pages of one byte', 'custom-page-size', command({ memory: list([8, 1, 0]) }), /another size than 64 KiB/],
  [
    'an imported memory',
    'imported-memory',
    imports(importEntry('env', 'memory', [KIND.memory, ...limits(1)])),
    /imports a memory, "env"\."memory"\. .*--import-memory/,
  ],
  [
    'an imported table',
    'import-not-function',
    imports(importEntry('env', 'table', [KIND.table, FUNCREF, ...limits(1)])),
    /no function \(table\): "env"\."table"/,
  ],
  [
    'an imported global, by a name of WASI',
    'import-not-function',
    imports(importEntry(PREVIEW1, 'fd_write', [KIND.global, I32, 0])),
    /no function \(global\)/,
  ],
  [
    'an imported tag and global',
    'import-not-function',
    imports(importEntry('env', 't', [KIND.tag, 0, 0]), importEntry('env', 'g', [KIND.global, I32, 1])),
    /no function \(tag, global\): "env"\."t", "env"\."g"/,
  ],
  [
    'unknown imports',
    'unknown-import',
    imports(...Array.from({ length: 7 }, (_, index) => importFunction('env', `f${index}`))),
    /there is not: "env"\."f0", .*"env"\."f4" and 2 more\. Link/,
  ],
  [
    'a function that preview1 lacks',
    'unknown-import',
    imports(importFunction(PREVIEW1, 'fd_close', 1), importFunction(PREVIEW1, 'sock_open')),
    /there is not: "wasi_snapshot_preview1"\."sock_open"\. /,
  ],
  ['a name of objects', 'unknown-import', imports(importFunction(PREVIEW1, 'toString')), /"toString"/],
  [
    'another name of threads',
    'unknown-import',
    imports(importFunction('wasi', 'thread_spawn')),
    /there is not/,
  ],
  [
    'sock_accept of 2019',
    'unknown-import',
    imports(importFunction('wasi_unstable', 'sock_accept')),
    /sock_accept/,
  ],
  [
    'both versions of WASI',
    'mixed-wasi-versions',
    imports(importFunction(PREVIEW1, 'fd_close', 1), importFunction('wasi_unstable', 'fd_sync', 1)),
    /wasi_snapshot_preview1 and wasi_unstable/,
  ],
  [
    'fd_write without parameters',
    'wrong-import-signature',
    imports(importFunction(PREVIEW1, 'fd_write')),
    /"fd_write" as \(\) -> \(\), and its type is \(i32, i32, i32, i32\) -> \(i32\)/,
  ],
  [
    'fd_close of many parameters',
    'wrong-import-signature',
    importingCommand([importFunction(PREVIEW1, 'fd_close', 1)], functionType(repeat(17, I64))),
    /as \(17 parameters\), and/,
  ],
  ['two memories', 'several-memories', command({ memory: list(limits(1), limits(1)) }), /has 2 memories/],
  [
    'more memory than allowed',
    'memory-above-limit',
    command({ memory: list(limits(17)) }),
    /has 1114112 bytes at first and may have 1048576/,
  ],
  [
    'more pages than there are addresses',
    'memory-above-limit',
    command({ memory: list(limits(2 ** 32 - 1)) }),
    /has 281474976645120 bytes at first/,
  ],
  [
    'more table elements than allowed',
    'tables-above-limit',
    command({ table: list([FUNCREF, ...limits(60)], [FUNCREF, ...limits(41)]) }),
    /have 101 elements at first and may have 100/,
  ],
  [
    'no _start',
    'no-start',
    command({ export: list(MEMORY) }),
    /exports no function _start\. Build a command/,
  ],
  [
    'a _start that is a memory',
    'no-start',
    command({ export: list(exportEntry('_start', KIND.memory, 0)) }),
    /exports no function _start\. /,
  ],
  [
    'a reactor',
    'no-start',
    command({ export: list(exportEntry('_initialize', KIND.function, 0), MEMORY) }),
    /exports no function _start: it exports _initialize, so it is a reactor/,
  ],
  [
    'command and reactor in one',
    'command-and-reactor',
    command({ export: list(START, exportEntry('_initialize', KIND.function, 0), MEMORY) }),
    /_start as a command does and _initialize as a reactor does/,
  ],
  [
    'a _start that wants an argument',
    'wrong-start-signature',
    command({ type: list(functionType([I32], [])) }),
    /its _start is \(i32\) -> \(\), and/,
  ],
  ['a memory that is not exported', 'no-memory', command({ export: list(START) }), /exports no memory/],
  [
    'no memory',
    'no-memory',
    command({ memory: undefined, export: list(START) }),
    /exports no memory with the name "memory"/,
  ],
  [
    'a function with the name memory',
    'no-memory',
    command({ export: list(START, exportEntry('memory', KIND.function, 0)) }),
    /exports no memory/,
  ],
];

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
    const bytes = imports(...repeat(5, 0).map(() => importFunction('\n\u001b[2J', 'x'.repeat(50_000))));
    const admission = admitModule(bytes, { memoryBytes: PAGE });
    expect(admission).toMatchObject({ reason: 'unknown-import', message: expect.stringMatching(WORDING) });
    expect(JSON.stringify(admission).length).toBeLessThan(1000);
  });

  it('a version of WASI that is not served', () => {
    const bytes = imports(importFunction('wasi_unstable', 'fd_close', 1));
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
    const bytes = imports(importFunction(PREVIEW1, 'fd_close', 1), importFunction(PREVIEW1, 'fd_sync', 1));
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
    expect(admit(imports(importFunction('wasi_unstable', 'fd_close', 1))).wasiVersion).toBe('wasi_unstable');
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
