import { describe, expect, it } from 'vitest';
import { compileWasm, requireWasmCompiler } from './compile-wasm.js';

describe.runIf(requireWasmCompiler())('compileWasm', () => {
  it('gives a core module of WebAssembly, and the same one again', async () => {
    const source = 'int main(void) { return 3; }\n';
    const module = await compileWasm(source);
    expect([...module.subarray(0, 8)]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    expect(await compileWasm(source)).toEqual(module);
    expect(await compileWasm(source, ['-g'])).not.toEqual(module);
  });

  it("fails with the compiler's own words", async () => {
    await expect(compileWasm('int main(void) { return nothing; }\n')).rejects.toThrow(
      /undeclared identifier/,
    );
  });
});
