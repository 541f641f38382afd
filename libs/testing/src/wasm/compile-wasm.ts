import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireFeature } from '../require-feature.js';

/** From `src/wasm` and `dist/wasm` alike. */
const CACHE = join(import.meta.dirname, '../../../../node_modules/.cache/sandlot-wasm');
const PACKAGES = 'clang lld wasi-libc libclang-rt-dev-wasm32';
const TARGET = ['--target=wasm32-wasi', '-O1'];
const EMPTY_PROGRAM = 'int main(void) { return 0; }\n';

/** Whether C can be compiled for WASI; if not, says what is missing. Tried with an empty program: four packages must meet. */
export function requireWasmCompiler(): boolean {
  const failure = tryCompiler();
  const remedy = `apt-get install ${PACKAGES}${failure === undefined ? '' : ` (${failure})`}`;
  return requireFeature({ feature: 'clang for wasm32-wasi', remedy, isPresent: failure === undefined });
}

function tryCompiler(): string | undefined {
  try {
    const options = { input: EMPTY_PROGRAM, stdio: ['pipe', 'ignore', 'pipe'] as ['pipe', 'ignore', 'pipe'] };
    execFileSync('clang', [...TARGET, '-x', 'c', '-', '-o', '/dev/null'], options);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 2).join(' ');
  }
}

/**
 * Compiles one C file for WASI preview1. What was compiled once is kept, by a hash of everything that goes in.
 *
 * @param flags for clang, after those that choose the target.
 * @throws {Error} with the compiler's own words. Ask {@link requireWasmCompiler} before.
 */
export async function compileWasm(source: string, flags: readonly string[] = []): Promise<Uint8Array> {
  const arguments_ = [...TARGET, ...flags];
  const { stdout: compiler } = await promisify(execFile)('clang', ['--version']);
  const hash = createHash('sha256')
    .update(JSON.stringify([compiler, arguments_, source]))
    .digest('hex');
  const kept = join(CACHE, `${hash}.wasm`);
  try {
    return new Uint8Array(await readFile(kept));
  } catch {
    await compileInto(kept, source, arguments_);
    return new Uint8Array(await readFile(kept));
  }
}

/** Several test processes may compile the same program at once: each puts a finished file in place by one rename. */
async function compileInto(kept: string, source: string, arguments_: readonly string[]): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const scratch = join(CACHE, randomUUID());
  await writeFile(`${scratch}.c`, source);
  await promisify(execFile)('clang', [...arguments_, `${scratch}.c`, '-o', `${scratch}.wasm`]);
  await rename(`${scratch}.c`, `${kept}.c`);
  await rename(`${scratch}.wasm`, kept);
}
