import { expect, it } from 'vitest';
import { errnoName } from './errno-name.js';

it.each([
  [1, 'EPERM'],
  [11, 'EAGAIN'],
  [95, 'ENOTSUP'],
  [9999, 'errno 9999'],
])('calls %i %s', (errno, name) => {
  expect(errnoName(errno)).toBe(name);
});
