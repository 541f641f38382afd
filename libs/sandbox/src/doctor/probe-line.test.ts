import { describe, expect, it } from 'vitest';
import { parseProbeLine } from './probe-line.js';

describe('parseProbeLine', () => {
  it.each([
    ['clone3 ok', ['clone3', { notes: {} }]],
    ['landlock ok abi=7', ['landlock', { notes: { abi: 7 } }]],
    ['tmpfs failed fsopen 13', ['tmpfs', { failure: { step: 'fsopen', errno: 'EACCES' }, notes: {} }]],
    [
      'user-namespace failed clone 38 unshare=1',
      ['user-namespace', { failure: { step: 'clone', errno: 'ENOSYS' }, notes: { unshare: 1 } }],
    ],
    [
      'overlay failed run 0 signal=31',
      ['overlay', { failure: { step: 'run', errno: 'killed' }, notes: { signal: 31 } }],
    ],
    ['pidfd failed wait 4095', ['pidfd', { failure: { step: 'wait', errno: 'errno 4095' }, notes: {} }]],
  ])('reads %s', (line, expected) => {
    expect(parseProbeLine(line)).toEqual(expected);
  });

  it.each(['', 'clone3', 'clone3 maybe', 'clone3 failed', 'clone3 failed clone EPERM', 'clone3 ok x'])(
    'refuses "%s"',
    (line) => {
      expect(() => parseProbeLine(line)).toThrow(`"${line}"`);
    },
  );
});
