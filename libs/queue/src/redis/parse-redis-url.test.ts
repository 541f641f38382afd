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

  it('reads the sentinels of a master', () => {
    const url = 'rediss+sentinel://u:p%3A@a,[::1]:7001,b:7/my%20jobs/2?sentinelUsername=s&sentinelPassword=t';
    expect(parseRedisUrl(url)).toEqual({
      kind: 'server',
      options: {
        sentinels: [
          { host: 'a', port: 26_379 },
          { host: '::1', port: 7001 },
          { host: 'b', port: 7 },
        ],
        name: 'my jobs',
        db: 2,
        username: 'u',
        password: 'p:',
        tls: {},
        sentinelTLS: {},
        enableTLSForSentinelMode: true,
        sentinelUsername: 's',
        sentinelPassword: 't',
      },
      name: 'rediss+sentinel://a,[::1]:7001,b:7/my%20jobs',
    });
  });

  it('reads nodes of a cluster', () => {
    expect(parseRedisUrl('redis+cluster://:secret@a:7000,b')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
      ],
      options: { password: 'secret' },
      name: 'redis+cluster://a:7000,b',
    });
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
    'redis://a,b',
    'redis://h/1/2',
    'redis://h:0',
    'redis://h:65536',
    'redis+sentinel://a,b',
    'redis+sentinel://a,b/name/x',
    'redis+sentinel://a,,b/name?sentinelPassword=secret',
    'redis+cluster://u:secret@a,b/1',
    'redis+cluster://',
  ])('refuses %j and says what it expects', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(RangeError);
    expect(() => parseRedisUrl(url)).not.toThrow(/secret/);
  });
});
