import { expect, it } from 'vitest';
import { printable } from './printable.js';

it.each([
  ['leaves text as it is', 'Ünïcode, 1 < 2 🙂', 'Ünïcode, 1 < 2 🙂'],
  ['shows escape sequences', '\u001B[31mred\u0007', '\\u{1b}[31mred\\u{7}'],
  ['keeps to one line', 'a\r\nb\u2028c', 'a\\u{d}\\u{a}b\\u{2028}c'],
  ['shows marks that turn text around', 'a\u202Eb', 'a\\u{202e}b'],
  ['shows controls of eight bits, and those beyond 16', '\u009B\u{E0001}', '\\u{9b}\\u{e0001}'],
])('%s', (_what, text, shown) => {
  expect(printable(text)).toBe(shown);
});
