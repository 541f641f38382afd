import { describe, expect, it } from 'vitest';
import { parseInputPath } from './input-path.js';

describe('parseInputPath', () => {
  it.each([
    ['main.py', { source: 'main.py', path: 'main.py' }],
    ['src/main.py', { source: 'src/main.py', path: 'main.py' }],
    ['/tmp/x.py=lib/main.py', { source: '/tmp/x.py', path: 'lib/main.py' }],
    ['a=b.txt=c.txt', { source: 'a=b.txt', path: 'c.txt' }],
  ])('reads %j', (text, expected) => {
    expect(parseInputPath(text)).toEqual(expected);
  });

  it.each(['', '=x', 'main.py=', '.', 'dir/..'])('refuses %j', (text) => {
    expect(() => parseInputPath(text)).toThrow(`Expected PATH or PATH=NAME, got "${text}"`);
  });
});
