import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** The requests of one connection. */
interface Turns {
  /** Resolves when all answers up to now are with the client. */
  last: Promise<unknown>;
  readonly closed: Promise<unknown>;
}

/**
 * Answers the requests of a connection one after the other, each when its client has taken the answer before. HTTP lets a
 * client send many at once (pipelining, RFC 9112 section 9.3.2): all of their answers would be made and held at once, for a
 * client that may read none.
 */
export function answerOneAtATime(app: FastifyInstance): void {
  const connections = new WeakMap<Socket, Turns>();
  app.addHook('onRequest', async ({ raw: { socket } }, reply) => {
    const turns = connections.get(socket) ?? { last: Promise.resolve(), closed: once(socket) };
    connections.set(socket, turns);
    const before = turns.last;
    turns.last = Promise.race([Promise.all([before, once(reply.raw)]), turns.closed]);
    await before;
    // Nobody is left to be answered.
    if (socket.destroyed) reply.hijack();
  });
}

function once(closing: { once(event: 'close', listener: () => void): unknown }): Promise<unknown> {
  return new Promise<void>((resolve) => closing.once('close', resolve));
}
