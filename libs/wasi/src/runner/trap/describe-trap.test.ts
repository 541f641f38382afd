import { describe, expect, it } from 'vitest';
import { cutText } from './cut-text.js';
import { describeTrap } from './describe-trap.js';

function describeMessage(message: string): unknown {
  return describeTrap({ name: 'RuntimeError', message, stack: '' });
}

describe('describeTrap', () => {
  it.each([
    ['unreachable', 'unreachable'],
    ['memory access out of bounds', 'out-of-bounds'],
    ['table index is out of bounds', 'out-of-bounds'],
    ['table access out of bounds', 'out-of-bounds'],
    ['WebAssembly.Instance(): data segment 0 is out of bounds (offset 1)', 'out-of-bounds'],
    ['element segment out of bounds', 'out-of-bounds'],
    ['divide by zero', 'divide-by-zero'],
    ['remainder by zero', 'divide-by-zero'],
    ['divide result unrepresentable', 'integer-overflow'],
    ['float unrepresentable in integer range', 'invalid-conversion'],
    ['null function or function signature mismatch', 'indirect-call-mismatch'],
    ['dereferencing a null pointer', 'null-reference'],
    ['Maximum call stack size exceeded', 'stack-overflow'],
    ['illegal cast', 'other'],
    ['something new', 'other'],
  ])('takes %j for %s', (message, trap) => {
    expect(describeMessage(message)).toEqual({ kind: 'trapped', trap, message });
  });

  it.each([
    ['    at inner (wasm://wasm/0005cc02:wasm-function[8]:0x1dc)', 'inner'],
    ['    at mod.inner (wasm://wasm/mod-0005cc02:wasm-function[8]:0x1dc)', 'mod.inner'],
    ['    at a (b) c (wasm://wasm/0005cc02:wasm-function[8]:0x1dc)', 'a (b) c'],
    ['    at wasm://wasm/0005cc02:wasm-function[8]:0x1dc', undefined],
    ['    at call (/runner.cjs:1:1)\n    at inner (wasm://wasm/1:wasm-function[8]:0x1dc)', 'inner'],
  ])('finds the function in %j', (frames, name) => {
    const outer = '    at outer (wasm://wasm/0005cc02:wasm-function[9]:0x2a0)';
    const thrown = { name: 'RuntimeError', message: 'x', stack: `RuntimeError: x\n${frames}\n${outer}` };
    const record = { kind: 'trapped', trap: 'other', message: 'x' };
    expect(describeTrap(thrown)).toEqual(name === undefined ? record : { ...record, function: name });
  });
});

describe('cutText', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['ab😀', 4, 'ab😀'],
    ['ab😀', 3, 'ab'],
    ['ab\uD800', 3, 'ab\uFFFD'],
  ])('cuts %j to %i', (text, length, cut) => {
    expect(cutText(text, length)).toBe(cut);
  });
});
