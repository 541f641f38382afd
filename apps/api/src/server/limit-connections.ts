import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../problem/refusal.js';

/** Connections beyond the limit that are accepted, so that their clients can be told. */
const TOLD = 64;

/**
 * Bounds the connections that are open at once. A connection counts from its first request on; those that never
 * send one are closed by the time limit for headers, and beyond `TOLD` of them unanswered. (The framework has more than
 * one server only for a name with several addresses, such as localhost; the others count requests alone.)
 */
export function limitConnections(app: FastifyInstance, limit: number): void {
  const open = new Set<Socket>();
  app.server.maxConnections = limit + TOLD;
  app.addHook('onRequest', async ({ raw: { socket }, routeOptions }) => {
    if (open.has(socket)) return;
    if (open.size < limit) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      return;
    }
    // Whoever watches over the service must not take a busy one for a dead one.
    if (routeOptions.config.access !== 'open') throw tooManyConnections(limit);
  });
}

function tooManyConnections(limit: number): Refusal {
  return new Refusal('overloaded', `${limit} connections are open, as many as the service takes.`, {
    headers: { 'retry-after': '2', connection: 'close' },
  });
}
