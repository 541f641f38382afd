import type { RedisOptions } from 'ioredis';

/** Where a Redis server is: what ioredis wants, and a name for messages that shows no password. */
export interface RedisAddress {
  readonly options: RedisOptions;
  readonly name: string;
}

/**
 * Reads `redis://[user:password@]host[:port][/db]`, `rediss://…` (TLS) or, for a unix socket,
 * `redis+unix:///path/to/redis.sock[?db=N&username=U&password=P]`.
 *
 * @throws {RangeError} naming the three forms.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'redis+unix:' && url.pathname.length > 1) return unixAddress(url);
  if ((url?.protocol === 'redis:' || url?.protocol === 'rediss:') && url.hostname !== '')
    return netAddress(url);
  throw new RangeError(
    `Cannot read the queue's URL ${JSON.stringify(hidePassword(text))}: expected redis://host:port/db, rediss://host:port/db (TLS) or redis+unix:///path/to/redis.sock?db=N`,
  );
}

function unixAddress(url: URL): RedisAddress {
  const path = decodeURIComponent(url.pathname);
  const { searchParams } = url;
  return {
    options: {
      path,
      db: toDb(searchParams.get('db') ?? ''),
      ...credentials(searchParams.get('username') ?? '', searchParams.get('password') ?? ''),
    },
    name: `redis+unix://${path}`,
  };
}

function netAddress(url: URL): RedisAddress {
  const { protocol, hostname, port, pathname, username, password } = url;
  // URL keeps the brackets of an IPv6 host, connect(2) does not want them.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    options: {
      host,
      port: port === '' ? 6379 : Number(port),
      db: toDb(pathname.slice(1)),
      ...credentials(decodeURIComponent(username), decodeURIComponent(password)),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
    name: `${protocol}//${hostname}${port === '' ? '' : `:${port}`}`,
  };
}

function credentials(username: string, password: string): RedisOptions {
  return { ...(username === '' ? {} : { username }), ...(password === '' ? {} : { password }) };
}

function toDb(text: string): number {
  if (/^\d{0,3}$/.test(text)) return Number(text);
  throw new RangeError(
    `Cannot read the queue's URL: ${JSON.stringify(text)} is not the number of a Redis database`,
  );
}

function hidePassword(text: string): string {
  return text.replace(/:[^:@/]*@/, ':***@').replace(/password=[^&]*/, 'password=***');
}
