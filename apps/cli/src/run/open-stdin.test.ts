import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openStdin } from './open-stdin.js';

const pipe = Object.assign(new PassThrough(), { isTTY: false });
const terminal = Object.assign(new PassThrough(), { isTTY: true });

describe('openStdin', () => {
  it.each([
    ['nothing from a terminal', undefined, terminal, new Uint8Array()],
    ['a terminal when told to', '-', terminal, terminal],
    ['whatever else there is', undefined, pipe, pipe],
  ] as const)('gives the payload %s', async (_what, option, own, expected) => {
    expect(await openStdin(option, own)).toEqual(expected);
  });

  it.each([
    ['/no/such', '--stdin /no/such: no such file; check the path (ENOENT)'],
    ['/tmp', '--stdin /tmp: it is a directory'],
  ])('refuses %s', async (path, message) => {
    await expect(openStdin(path, pipe)).rejects.toThrow(message);
  });
});
