import { describe, expect, it } from 'vitest';
import { rangesWithin } from './id-map.js';
import { parseSubordinateIds, readSubordinateIds } from './subordinate-ids.js';

const ANN = ['ann', '1000'];

describe('parseSubordinateIds', () => {
  it.each([
    ['by name', 'bob:1:2\nann:100000:65536\n', [{ first: 100_000, count: 65_536 }]],
    ['by uid', '1000:200000:10', [{ first: 200_000, count: 10 }]],
    [
      'every range, in their order',
      'ann:300000:1\nbob:1:2\n1000:100000:5\nann:200000:2\n',
      [
        { first: 300_000, count: 1 },
        { first: 100_000, count: 5 },
        { first: 200_000, count: 2 },
      ],
    ],
    ['up to the last id there is', 'ann:4294967294:1', [{ first: 4_294_967_294, count: 1 }]],
  ])('finds ranges %s', (_what, text, ranges) => {
    expect(parseSubordinateIds(text, ANN)).toEqual(ranges);
  });

  it.each([
    ['nothing', ''],
    ['others', 'anna:1:2\nbob:ann:3\n10000:4:5\n'],
    ['comments and empty lines', '# ann:1:2\n#ann:1:2\n\n'],
    ['missing fields', 'ann\nann:1\nann::5\nann:5:\n'],
    ['too many fields', 'ann:1:2:3'],
    ['no numbers', 'ann:x:5\nann:5:x\nann:-1:5\nann:1.5:2\nann:0x10:5\nann: 1:5\nann:1:5 \n'],
    ['no ids', 'ann:100000:0'],
    ['root', 'ann:0:65536'],
    ['ids beyond the last one', 'ann:4294967290:10\nann:99999999999:1\n'],
  ])('finds none in %s', (_what, text) => {
    expect(parseSubordinateIds(text, ANN)).toEqual([]);
  });
});

describe('readSubordinateIds', () => {
  it('reads both files', () => {
    const files: Record<string, string> = { '/etc/subuid': 'ann:100000:5', '/etc/subgid': '1000:200000:6' };
    const ids = readSubordinateIds({ read: (path) => files[path], user: 'ann', uid: 1000 });
    expect(ids).toEqual({ uids: [{ first: 100_000, count: 5 }], gids: [{ first: 200_000, count: 6 }] });
  });

  it('finds none where there are no such files', () => {
    expect(readSubordinateIds({ read: () => undefined, user: 'ann', uid: 1000 })).toEqual({
      uids: [],
      gids: [],
    });
  });
});

describe('rangesWithin', () => {
  it('keeps those that exist as a whole', () => {
    const ranges = [
      { first: 0, count: 1 },
      { first: 10, count: 5 },
      { first: 12, count: 9 },
      { first: 100_000, count: 9 },
    ];
    const existing = [
      { first: 0, count: 1 },
      { first: 10, count: 10 },
    ];
    expect(rangesWithin(ranges, existing)).toEqual([
      { first: 0, count: 1 },
      { first: 10, count: 5 },
    ]);
  });
});
