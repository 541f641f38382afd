import { Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../problem/refusal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Lets go of the body, once what it asks for is stored: a request may wait for its job long after that. */
    releaseBody: () => void;
  }
}

/**
 * Bounds the bytes of all bodies that are held at once. What counts is what has arrived, not what was announced, so a
 * client that only announces takes no room from others. A body that finds none is refused with 503 `overloaded`.
 */
export function limitBodies(app: FastifyInstance, roomBytes: number): void {
  let heldBytes = 0;
  app.decorateRequest('releaseBody');
  app.addHook('preParsing', async (request, reply, payload) => {
    let ownBytes = 0;
    request.releaseBody = () => {
      heldBytes -= ownBytes;
      ownBytes = 0;
      request.body = undefined;
    };
    if (!hasBody(request)) return undefined;
    reply.raw.once('close', request.releaseBody);
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        heldBytes += chunk.length;
        ownBytes += chunk.length;
        done(heldBytes > roomBytes ? overloaded() : null, chunk);
      },
    });
    payload.once('error', (error) => counted.destroy(error));
    return payload.pipe(counted);
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function overloaded(): Refusal {
  return new Refusal('overloaded', 'The bodies of other requests fill the memory that is meant for them.', {
    headers: { 'retry-after': '2', connection: 'close' },
  });
}
