import { describe, expect, it } from 'vitest';
import { parseArtifactPath } from './artifact-path.js';

describe('parseArtifactPath', () => {
  it.each([
    ['out.txt', 'out.txt', 'out.txt', false],
    ['out/a.txt', 'out/a.txt', 'out/a.txt', false],
    ['out=results/1', 'out', 'results/1', true],
    ['a=b=/tmp/c', 'a=b', '/tmp/c', true],
  ])('reads %s', (text, path, target, isNamed) => {
    expect(parseArtifactPath(text)).toEqual({ path, target, isNamed });
  });

  it.each(['', '=x', 'x='])('refuses %j', (text) => {
    expect(() => parseArtifactPath(text)).toThrow(RangeError);
  });
});
