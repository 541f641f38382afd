import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { WASI } from 'node:wasi';
import { compileWasm, requireWasmCompiler } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import { admitModule, PREVIEW1_FUNCTIONS, type Admitted } from '../src/index.js';
import { WebAssembly } from './support/web-assembly.js';

const MiB = 1024 * 1024;

function admit(bytes: Uint8Array, memoryBytes = 16 * MiB): Admitted {
  const admission = admitModule(bytes, { memoryBytes });
  if (admission.kind === 'refused') throw new Error(admission.message);
  return admission;
}

async function run({ module, wasiVersion }: Admitted): Promise<number> {
  const version = wasiVersion === 'wasi_unstable' ? 'unstable' : 'preview1';
  const wasi = new WASI({ version, args: ['program'], returnOnExit: true });
  const instance = await WebAssembly.instantiate(await WebAssembly.compile(module), wasi.getImportObject());
  return wasi.start(instance);
}

/** Writes where nothing is open. */
const WRITER = '#include <unistd.h>\nint main(void) { return write(9, "x", 1) + 8; }\n';
const REACTOR = '__attribute__((export_name("answer"))) int answer(void) { return 42; }\n';
/** Takes memory until there is no more, and tells how many MiB it got. */
const HOG = `
#include <stdlib.h>
#include <string.h>
int main(void) {
  for (int got = 0;; got++) {
    char *block = malloc(1 << 20);
    if (block == NULL) return got;
    memset(block, 1, 1 << 20);
  }
}
`;
/** Calls through a table. */
const TABLE = `
static int one(int x) { return x + 1; }
static int two(int x) { return x + 2; }
int (*volatile functions[])(int) = {one, two};
int main(int argc, char **argv) { return functions[argc](argc); }
`;
/** The address of every function in wasi/api.h, so that the linker must import it. */
const EVERYTHING = `
#include <wasi/api.h>
void *volatile all[] = {
${Object.keys(PREVIEW1_FUNCTIONS)
  .filter((name) => name !== 'proc_raise')
  .map((name) => `  (void *)__wasi_${name},`)
  .join('\n')}
};
int main(void) { return all[0] == 0; }
`;

describe.runIf(requireWasmCompiler())('C programs', () => {
  it('run, optimized or not, with and without debug information', async () => {
    for (const flags of [[], ['-O0', '-g'], ['-O2', '-Wl,--strip-all']]) {
      const admitted = admit(await compileWasm(WRITER, flags));
      expect(admitted.wasiVersion).toBe('wasi_snapshot_preview1');
      expect(admitted.imports).toContainEqual({ module: 'wasi_snapshot_preview1', name: 'fd_write' });
      expect(await run(admitted)).toBe(7);
    }
  });

  it('get NULL from malloc at the limit, and go on', async () => {
    const bytes = await compileWasm(HOG, ['-O0']);
    const [small, large] = [await run(admit(bytes, 8 * MiB)), await run(admit(bytes, 40 * MiB))];
    expect(small).toBeGreaterThanOrEqual(5);
    expect(small).toBeLessThan(8);
    expect(large).toBeGreaterThanOrEqual(35);
    expect(large).toBeLessThan(40);
  });

  it('call through tables', async () => {
    expect(await run(admit(await compileWasm(TABLE)))).toBe(3);
    expect(await run(admit(await compileWasm(TABLE, ['-Wl,--growable-table'])))).toBe(3);
  });

  it('keep the names of their functions', async () => {
    const { module } = admit(await compileWasm('int main(void) { __builtin_trap(); }\n', ['-O0']));
    const wasi = new WASI({ version: 'preview1' });
    const instance = await WebAssembly.instantiate(await WebAssembly.compile(module), wasi.getImportObject());
    expect(() => wasi.start(instance)).toThrow(
      expect.objectContaining({ stack: expect.stringMatching(/main/) }),
    );
  });

  it('import functions with the types that we have written down', async () => {
    const { imports } = admit(await compileWasm(EVERYTHING));
    const names = imports.map(({ name }) => name).sort();
    expect(names).toEqual(
      Object.keys(PREVIEW1_FUNCTIONS)
        .filter((name) => name !== 'proc_raise')
        .sort(),
    );
  });

  it.each([
    ['a reactor', 'no-start', REACTOR, ['-mexec-model=reactor']],
    ['imported memory', 'imported-memory', WRITER, ['-Wl,--import-memory']],
    [
      'an undefined function',
      'unknown-import',
      'int f(void); int main(void) { return f(); }',
      ['-Wl,--allow-undefined'],
    ],
    ['a memory that is too large', 'memory-above-limit', WRITER, ['-Wl,--initial-memory=33554432']],
    [
      'a shared memory',
      'shared-memory',
      'int main(void) { return 0; }',
      [
        '-nostdlib',
        '-matomics',
        '-mbulk-memory',
        '-Wl,--shared-memory,--no-check-features,--max-memory=65536,--entry=main',
        '-z',
        'stack-size=1024',
      ],
    ],
    ['no entry', 'no-start', REACTOR, ['-nostartfiles', '-Wl,--no-entry']],
  ])('with %s are refused as %s', async (_, reason, source, flags) => {
    const admission = admitModule(await compileWasm(source, flags), { memoryBytes: 16 * MiB });
    expect(admission).toMatchObject({ kind: 'refused', reason });
  });
});

describe('Rust programs', () => {
  const directory = join(dirname(createRequire(import.meta.url).resolve('@wasmer/wasi')), '../tests');

  it.each(['envvar.wasm', 'mapdir.wasm', 'pipe_reverse.wasm'])('%s compiles', async (file) => {
    const admission = admit(new Uint8Array(readFileSync(join(directory, file))));
    await WebAssembly.compile(admission.module);
    expect(admission.imports.length).toBeGreaterThan(3);
  });
});
