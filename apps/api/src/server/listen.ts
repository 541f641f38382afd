import { rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ListenAddress } from '../api-options.js';

/**
 * Begins to listen and says where. A socket file that a killed service left behind is replaced.
 *
 * @param variable that names the address, for the remedy.
 * @throws {Error} with `cause` if it cannot.
 */
export async function listen(
  app: FastifyInstance,
  where: ListenAddress,
  variable = 'SANDLOT_LISTEN',
): Promise<string> {
  try {
    if ('path' in where) {
      await removeStaleSocket(where.path);
      await app.listen({ path: where.path });
      return `unix:${where.path}`;
    }
    return addressOf(app, await listenOn(app, where.host, where.port));
  } catch (error) {
    throw listenError(where, variable, error);
  }
}

/**
 * `::` is every address, of IPv4 too; in a kernel without IPv6 (ipv6.disable=1), which has no such socket, those of IPv4.
 *
 * @returns the host in use.
 */
async function listenOn(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
    return host;
  } catch (error) {
    const isWithoutIpv6 = host === '::' && (error as NodeJS.ErrnoException).code === 'EAFNOSUPPORT'; // of listen(2)
    if (!isWithoutIpv6) throw error;
    await app.listen({ host: '0.0.0.0', port });
    return '0.0.0.0';
  }
}

/** The address to connect to: the port that was given for 0, a host that can be dialled for "all of them". */
function addressOf(app: FastifyInstance, host: string): string {
  const [bound] = app.addresses();
  const port = typeof bound === 'object' ? bound.port : undefined;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Removes a socket file that nobody listens on any more; anything else is left for `listen` to fail on. */
async function removeStaleSocket(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined); // nothing there, or nothing we may see
  if (found?.isSocket() !== true) return;
  if ((await connectErrno(path)) === 'ECONNREFUSED') await rm(path, { force: true });
}

async function connectErrno(path: string): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another program listens there: stop it, or choose another address with {variable}.',
  EADDRNOTAVAIL: 'This machine has no such address: choose another one with {variable}.',
  EACCES: 'The service may not listen there: take a port above 1023 or another path with {variable}.',
  ENOENT: 'The directory of the socket does not exist: make it, or change {variable}.',
  ENOTFOUND: 'The host name is not known: check {variable}.',
};

function listenError(where: ListenAddress, variable: string, cause: unknown): Error {
  const place = 'path' in where ? where.path : `${where.host}:${where.port}`;
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const remedy = REMEDIES[errno] ?? 'Choose another address with {variable}.';
  return new Error(`Cannot listen on ${place}: ${errno}. ${remedy.replace('{variable}', variable)}`, {
    cause,
  });
}
