import type { RedisOptions } from 'ioredis';

/** One server, or the one that sentinels call the master. */
interface ServerAddress {
  readonly kind: 'server';
  readonly options: RedisOptions;
  /** For messages: it shows no password. */
  readonly name: string;
}

/** A Redis Cluster. */
interface ClusterAddress {
  readonly kind: 'cluster';
  /** Any of its nodes: the others are asked for. */
  readonly nodes: readonly HostAndPort[];
  /** Of the connection to each node. */
  readonly options: RedisOptions;
  readonly name: string;
}

/** Where a Redis is: what ioredis wants. */
export type RedisAddress = ServerAddress | ClusterAddress;

const FORMS = [
  'redis://[user:password@]host[:port][/db]',
  'redis+unix:///path/to/redis.sock[?db=N]',
  'redis+sentinel://[user:password@]host[:port],…/master-name[/db]',
  'redis+cluster://[user:password@]host[:port],…',
] as const;

/** rediss: TLS, to sentinels too. */
const NET =
  /^(?<scheme>rediss?(?:\+sentinel|\+cluster)?):\/\/(?:(?<login>[^@/]*)@)?(?<hosts>[^/?#]+)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/;
const HOST = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d{1,5}))?$/;
const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/**
 * Reads `redis://[user:password@]host[:port][/db]`; for a unix socket
 * `redis+unix:///path/to/redis.sock[?db=N&username=U&password=P]`; for the master of Redis Sentinel
 * `redis+sentinel://[user:password@]host[:port],host[:port]/master-name[/db][?sentinelUsername=U&sentinelPassword=P]`, whose
 * hosts are those of sentinels; for a Redis Cluster `redis+cluster://[user:password@]host[:port],host[:port]`. With `rediss`
 * in place of `redis` connections use TLS. User, password and names are percent-encoded (RFC 3986).
 *
 * @throws {RangeError} naming these forms.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'redis+unix:' && url.pathname.length > 1) return unixAddress(url);
  const { scheme, login = '', hosts, path = '', query = '' } = NET.exec(text)?.groups ?? {};
  const [kind, port] = kindOf(scheme);
  const nodes = hosts?.split(',').map((host) => parseHost(host, port));
  if (scheme === undefined || nodes === undefined || !nodes.every((node) => node !== undefined))
    throw refusal(text);
  const parts = { text, scheme, nodes, path: path.slice(1).split('/'), query: new URLSearchParams(query) };
  const options = { ...credentialsOf(login), ...(scheme.startsWith('rediss') ? { tls: {} } : {}) };
  return { server: serverAddress, sentinel: sentinelAddress, cluster: clusterAddress }[kind](parts, options);
}

interface UrlParts {
  readonly text: string;
  readonly scheme: string;
  readonly nodes: readonly HostAndPort[];
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

function kindOf(scheme = ''): readonly ['server' | 'sentinel' | 'cluster', number] {
  if (scheme.endsWith('+sentinel')) return ['sentinel', SENTINEL_PORT];
  return [scheme.endsWith('+cluster') ? 'cluster' : 'server', REDIS_PORT];
}

function parseHost(text: string, defaultPort: number): HostAndPort | undefined {
  const { v6, name, port } = HOST.exec(text)?.groups ?? {};
  const host = v6 ?? name;
  const number = port === undefined ? defaultPort : Number(port);
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number };
}

function unixAddress(url: URL): RedisAddress {
  const path = decodeURIComponent(url.pathname);
  const { searchParams } = url;
  return {
    kind: 'server',
    options: {
      path,
      db: toDb(searchParams.get('db') ?? ''),
      ...credentials(searchParams.get('username') ?? '', searchParams.get('password') ?? ''),
    },
    name: `redis+unix://${path}`,
  };
}

function serverAddress(parts: UrlParts, options: RedisOptions): RedisAddress {
  const { nodes, path, text } = parts;
  const [node, ...others] = nodes;
  if (node === undefined || others.length > 0 || path.length > 1) throw refusal(text);
  return { kind: 'server', options: { ...node, db: toDb(path[0] ?? ''), ...options }, name: nameOf(parts) };
}

function sentinelAddress(parts: UrlParts, options: RedisOptions): RedisAddress {
  const { nodes, path, query, text } = parts;
  const [master = '', db = ''] = path;
  if (master === '' || path.length > 2) throw refusal(text);
  const sentinelUsername = query.get('sentinelUsername') ?? '';
  const sentinelPassword = query.get('sentinelPassword') ?? '';
  return {
    kind: 'server',
    options: {
      sentinels: nodes.map(({ host, port }) => ({ host, port })),
      name: decodeURIComponent(master),
      db: toDb(db),
      ...options,
      ...(options.tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: options.tls }),
      ...(sentinelUsername === '' ? {} : { sentinelUsername }),
      ...(sentinelPassword === '' ? {} : { sentinelPassword }),
    },
    name: `${nameOf(parts)}/${master}`,
  };
}

function clusterAddress(parts: UrlParts, options: RedisOptions): RedisAddress {
  const { nodes, path, text } = parts;
  // A cluster has one database alone.
  if (path.length > 1 || !['', '0'].includes(path[0] ?? '')) throw refusal(text);
  return {
    kind: 'cluster',
    nodes: nodes.map(({ host, port }) => ({ host, port })),
    options,
    name: nameOf(parts),
  };
}

function nameOf({ scheme, text }: UrlParts): string {
  const { hosts = '' } = NET.exec(text)?.groups ?? {};
  return `${scheme}://${hosts}`;
}

function credentialsOf(login: string): RedisOptions {
  const [username = '', password = ''] = login.split(/:(.*)/s).map(decodeURIComponent);
  return credentials(username, password);
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

function refusal(text: string): RangeError {
  return new RangeError(
    `Cannot read the queue's URL ${JSON.stringify(hidePassword(text))}: expected ${FORMS.join(', ')}; rediss for TLS`,
  );
}

function hidePassword(text: string): string {
  return text.replace(/:[^:@/]*@/, ':***@').replaceAll(/assword=[^&]*/g, 'assword=***');
}
