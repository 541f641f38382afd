import { expect, it } from 'vitest';
import { parseMountInfo } from './mount-info.js';

it('reads a line of mountinfo, whatever characters are in its paths', () => {
  const text = '28 22 0:25 /a\\134b /mnt/a\\040b rw,nosuid shared:3 - cgroup2 cgroup ro,nsdelegate\n';
  expect(parseMountInfo(text)).toEqual([
    { id: 28, root: '/a\\b', path: '/mnt/a b', type: 'cgroup2', isReadOnly: true },
  ]);
});
