import { describe, expect, it } from 'vitest';
import { parsePreopen } from './preopen.js';

describe('parsePreopen', () => {
  it.each([
    ['/', { path: '/', source: '', readOnly: false }],
    ['/data=in', { path: '/data', source: 'in', readOnly: false }],
    ['/data=a/b:ro', { path: '/data', source: 'a/b', readOnly: true }],
    ['.:ro', { path: '.', source: '', readOnly: true }],
    ['/a==b', { path: '/a', source: '=b', readOnly: false }],
  ])('reads %s', (text, preopen) => {
    expect(parsePreopen(text)).toEqual(preopen);
  });

  it.each(['', '=in', ':ro'])('refuses %j, which has no path', (text) => {
    expect(() => parsePreopen(text)).toThrow(/Expected PATH\[=DIRECTORY\]\[:ro\]/);
  });
});
