import { describe, expect, it } from 'vitest';
import { formatSize, parseSize } from './size.js';

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['65536', 65_536],
    ['1B', 1],
    ['64KiB', 65_536],
    ['64MiB', 67_108_864],
    ['2GiB', 2_147_483_648],
    ['1.5KiB', 1_536],
    ['64mib', 67_108_864],
    ['64 MiB', 67_108_864],
  ])('reads %s as %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', 'x', '-1', '64MB', '64M', '0.5', '1e3', '0x10', '99999999999GiB', '64MiB/s'])(
    'refuses %j and shows the form it expects',
    (text) => {
      expect(() => parseSize(text)).toThrow(`such as 64MiB, 512KiB, 1GiB or 65536 (bytes), got "${text}"`);
    },
  );
});

describe('formatSize', () => {
  it.each([
    [0, '0 B'],
    [1_000, '1000 B'],
    [1_536, '1536 B'],
    [65_536, '64 KiB'],
    [67_108_864, '64 MiB'],
    [3_221_225_472, '3 GiB'],
  ])('writes %d as %s, which reads back', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
    expect(parseSize(text)).toBe(bytes);
  });
});
