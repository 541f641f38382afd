import { describe, expect, it } from 'vitest';
import { unfinishedCharacterBytes } from './unfinished-character.js';

describe('unfinishedCharacterBytes', () => {
  it.each([
    [[], 0],
    [[0x61], 0],
    [[0xc3], 1],
    [[0xc3, 0xbc], 0],
    [[0xe2, 0x82], 2],
    [[0xf0, 0x9f, 0x98], 3],
    [[0xf0, 0x9f, 0x98, 0x80], 0],
    [[0x80, 0x80, 0x80, 0x80], 0],
    [[0xff], 0],
    [[0xe0, 0x80], 0],
    [[0xed, 0xa0], 0],
    [[0xf4, 0x90], 0],
  ])('of %j is %d', (bytes, tail) => {
    expect(unfinishedCharacterBytes(Uint8Array.from(bytes))).toBe(tail);
  });
});
