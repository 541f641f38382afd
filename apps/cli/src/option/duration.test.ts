import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.js';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['5s', 5_000],
    ['5', 5_000],
    ['0', 0],
    ['2m', 120_000],
    ['1.5s', 1_500],
    ['0.1s', 100],
    ['0.001', 1],
    ['5S', 5_000],
    ['5 s', 5_000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', 's', '-5s', '5h', '5sec', '0.5ms', '1e3', '99999999999999999m'])(
    'refuses %j and shows the form it expects',
    (text) => {
      expect(() => parseDuration(text)).toThrow(`such as 5s, 500ms or 2m, got "${text}"`);
    },
  );
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [250, '250 ms'],
    [1_000, '1 s'],
    [1_500, '1.5 s'],
    [5_000, '5 s'],
    [90_000, '90 s'],
    [120_000, '2 m'],
  ])('writes %d ms as %s, which reads back', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
    expect(parseDuration(text)).toBe(ms);
  });
});
