import { describe, expect, it } from 'vitest';
import { parseRedisUrl } from './parse-redis-url.js';

describe('parseRedisUrl', () => {
  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379, db: 0 }],
    ['redis://user:p%40ss@h:7000/3', { host: 'h', port: 7000, db: 3, username: 'user', password: 'p@ss' }],
    ['rediss://h', { host: 'h', port: 6379, db: 0, tls: {} }],
    ['redis://[::1]:6380', { host: '::1', port: 6380, db: 0 }],
    [
      'redis+unix:///run/my%20redis.sock?db=2&password=x',
      { path: '/run/my redis.sock', db: 2, password: 'x' },
    ],
  ])('reads %s', (url, options) => {
    expect(parseRedisUrl(url).options).toEqual(options);
  });

  it('names the server without its password', () => {
    expect(parseRedisUrl('redis://user:secret@h:7000/3').name).toBe('redis://h:7000');
    expect(parseRedisUrl('redis+unix:///r.sock?password=secret').name).toBe('redis+unix:///r.sock');
  });

  it.each([
    'http://h',
    'redis:///1',
    'localhost:6379',
    '',
    'redis+unix://',
    'redis://h/x',
    'http://u:secret@h',
  ])('refuses %j and says what it expects', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(RangeError);
    expect(() => parseRedisUrl(url)).not.toThrow(/secret/);
  });
});
