import { describe, expect, it } from 'vitest';
import { isJobId } from './job-id.js';

const ID = '019aa5c0-0000-7000-8000-000000000000';

describe('isJobId', () => {
  it('takes a UUID in lower case', () => {
    expect(isJobId(ID)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['upper case', ID.toUpperCase().replace('0', 'A')],
    ['a parent directory', '../../../etc/passwd'],
    ['a parent directory before an id', `../${ID}`],
    ['an id before a parent directory', `${ID}/..`],
    ['percent-encoding', `%2e%2e%2f${ID}`],
    ['a NUL', `${ID}\0`],
    ['a line end', `${ID}\n`],
    ['another line that is an id', `x\n${ID}`],
    ['braces', `{${ID}}`],
    ['digits that are not ASCII', ID.replace('0', '٠')],
    ['a key of an object', '__proto__'],
    ['a long text', 'a'.repeat(100_000)],
  ])('takes no text with %s', (_what, text) => {
    expect(isJobId(text)).toBe(false);
  });
});
