import { expect, it } from 'vitest';
import { wrapText } from './wrap-text.js';

it('breaks between words, and indents what follows', () => {
  const word = 'x'.repeat(60);
  expect(wrapText(`  why: ${word} ${word} b`, '    ')).toBe(`  why: ${word}\n    ${word} b`);
});

it('leaves short lines and long words as they are', () => {
  expect(wrapText('a b')).toBe('a b');
  expect(wrapText('x'.repeat(200))).toBe('x'.repeat(200));
  expect(wrapText('')).toBe('');
});
