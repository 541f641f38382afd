import { refused, type Refused } from '../refusal.js';

const MAGIC = [0x00, 0x61, 0x73, 0x6d]; // "\0asm"
const CORE_VERSION = [1, 0, 0, 0];
/** The second half of the version says what it is a version of: 0 of core modules, 1 of components. */
const COMPONENT_LAYER = [1, 0];
const BUILD = 'Build a core module for WASI preview1, e.g. with clang --target=wasm32-wasi';

/** What the first eight bytes and the length alone decide. */
export function checkFrame(bytes: Uint8Array, maxModuleBytes: number): Refused | undefined {
  if (bytes.length > maxModuleBytes) return refuseLength(bytes.length, maxModuleBytes);
  if (!hasAt(bytes, 0, MAGIC)) {
    return refused('not-webassembly', 'it does not begin with the bytes 00 61 73 6d of WebAssembly', BUILD);
  }
  if (bytes.length < 8)
    return refused('not-webassembly', 'it ends before its version', 'Send the whole file');
  if (hasAt(bytes, 6, COMPONENT_LAYER)) {
    const remedy = 'Build it for wasm32-wasip1, or take the core module out of the component (wasm-tools)';
    return refused('component', 'it is a component, and only core modules can be run', remedy);
  }
  if (hasAt(bytes, 4, CORE_VERSION)) return undefined;
  return refused('not-webassembly', 'it has another version of the binary format than 1', BUILD);
}

function refuseLength(length: number, most: number): Refused {
  const remedy = 'Strip debug information (wasm-strip, clang -Wl,--strip-debug) and optimize for size';
  return refused('too-large', `it is ${length} bytes long and may be ${most}`, remedy);
}

function hasAt(bytes: Uint8Array, offset: number, expected: readonly number[]): boolean {
  return expected.every((byte, index) => bytes[offset + index] === byte);
}
