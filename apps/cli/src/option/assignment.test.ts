import { describe, expect, it } from 'vitest';
import { parseAssignment } from './assignment.js';

describe('parseAssignment', () => {
  it.each([
    ['A=b', { name: 'A', value: 'b' }],
    ['A=', { name: 'A', value: '' }],
    ['A=b=c', { name: 'A', value: 'b=c' }],
    ['A= b ', { name: 'A', value: ' b ' }],
  ])('reads %j', (text, expected) => {
    expect(parseAssignment(text)).toEqual(expected);
  });

  it.each(['', 'A', '=b'])('refuses %j', (text) => {
    expect(() => parseAssignment(text)).toThrow(`Expected NAME=VALUE, got "${text}"`);
  });
});
