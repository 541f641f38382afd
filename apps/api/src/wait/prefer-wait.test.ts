import { expect, it } from 'vitest';
import { preferWait } from './prefer-wait.js';

it.each([
  ['wait=10', 10],
  ['respond-async, wait=10', 10],
  ['respond-async; wait=10', 10],
  ['Wait = "7"', 7],
  ['wait=0', 0],
  ['wait=60', 60],
  ['wait=61', 60],
  ['wait=999999999', 60],
  ['wait=5, wait=9', 5],
])('reads %s as %d seconds', (header, seconds) => {
  expect(preferWait(header)).toBe(seconds);
});

it.each([undefined, '', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=ten', 'await=5', 'wait=9999999999'])(
  'passes over %s',
  (header) => {
    expect(preferWait(header)).toBeUndefined();
  },
);
