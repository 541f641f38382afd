import type { FastifyInstance } from 'fastify';
import type { ListenAddress } from '../api-options.js';
import { refuseEncodedBody } from './encoded-body.js';
import { refuseForeignOrigin } from './foreign-origin.js';
import { isLoopbackAddress, refuseForeignHost, refuseMissingHost } from './request-host.js';

/**
 * Refuses requests by their headers, before a route sees them.
 *
 * Without API keys whoever reaches the service may use it, so a browser on the same machine must not become a user
 * for any page it shows. A page can
 * give its own name the address 127.0.0.1 (DNS rebinding) and then read answers as its own: its name in Host betrays
 * that. A page can also send simple requests anywhere without reading the answer: its name in Origin betrays that.
 */
export function guardRequests(app: FastifyInstance, listen: ListenAddress): void {
  const ownName = 'host' in listen ? listen.host : undefined;
  let isOnLoopback = false;
  app.addHook('onListen', async () => {
    isOnLoopback = app
      .addresses()
      .every((bound) => typeof bound === 'object' && isLoopbackAddress(bound.address));
  });
  app.addHook('onRequest', async (request) => {
    refuseMissingHost(request);
    if (isOnLoopback) refuseForeignHost(request, ownName);
    refuseForeignOrigin(request);
    refuseEncodedBody(request);
  });
}
