import { describe, expect, it } from 'vitest';
import { hidePassword } from './hide-password.js';

describe('hidePassword', () => {
  it.each([
    ['embedded', 'embedded'],
    ['redis://h:6379/0', 'redis://h:6379/0'],
    ['redis://:secret@h:1/0', 'redis://:***@h:1/0'],
    ['rediss://u:se:cret@h', 'rediss://u:***@h'],
    [
      'redis+sentinel://u:secret@a:1,b:2/m?sentinelPassword=secret',
      'redis+sentinel://u:***@a:1,b:2/m?sentinelPassword=***',
    ],
    ['redis+unix:///s.sock?db=1&password=secret&x=1', 'redis+unix:///s.sock?db=1&password=***&x=1'],
  ])('%s is shown as %s', (url, shown) => {
    expect(hidePassword(url)).toBe(shown);
  });
});
