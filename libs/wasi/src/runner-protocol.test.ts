import { describe, expect, it } from 'vitest';
import { encodeRunRequest, GUEST_STACK_MAX_BYTES, type RunRequest } from './runner-protocol.js';

const REQUEST: RunRequest = {
  engine: 'wasmer',
  args: ['program', 'ä'],
  env: ['A=b=c'],
  preopens: [{ guest: '/', host: '/box', readOnly: false }],
};

describe('encodeRunRequest', () => {
  it('puts the length of the header first, the module last', () => {
    const module = Uint8Array.of(0, 0x61, 0x73, 0x6d);
    const bytes = Buffer.from(encodeRunRequest(REQUEST, module));
    const length = bytes.readUInt32LE();
    expect(JSON.parse(bytes.toString('utf8', 4, 4 + length))).toEqual({
      ...REQUEST,
      optimize: 'start',
      stackBytes: GUEST_STACK_MAX_BYTES,
      moduleBytes: 4,
    });
    expect([...bytes.subarray(4 + length)]).toEqual([...module]);
  });

  it.each([
    ['a NUL in an argument', { args: ['a\0b'] }],
    ['a NUL in a variable', { env: ['A=\0'] }],
    ['a NUL in a path', { preopens: [{ guest: '/', host: '/box\0', readOnly: true }] }],
    ['a variable without a name', { env: ['=x'] }],
    ['a variable without a value', { env: ['A'] }],
  ])('refuses %s', (_what, change) => {
    expect(() => encodeRunRequest({ ...REQUEST, ...change }, new Uint8Array())).toThrow(RangeError);
  });
});
