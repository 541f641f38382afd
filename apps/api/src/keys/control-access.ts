import type { FastifyInstance } from 'fastify';
import type { ApiOptions } from '../api-options.js';
import { ANYBODY, NOBODY, type Access, type Caller } from './access.js';
import { demandScope, identifyCaller } from './identify-caller.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route asks of its caller. Every route says so. */
    readonly access?: Access;
  }
  interface FastifyRequest {
    /** Who makes the request: of a route that is not open, one who may use it. */
    caller: Caller;
  }
}

/**
 * Lets a request reach its route only with a key that has the scope the route asks for. The body of any other is
 * not read. Register before all routes: one that does not say what it asks for is refused, so none is open by mistake.
 */
export function controlAccess(app: FastifyInstance, keys: ApiOptions['keys']): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access !== undefined) return;
    throw new TypeError(`Expected config.access of the route ${[method].flat().join(', ')} ${url}`);
  });
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    const { access = 'open' } = request.routeOptions.config; // no route at all: a 404 for everybody
    if (keys === undefined) request.caller = ANYBODY;
    else if (access === 'open') request.caller = NOBODY;
    else {
      request.caller = identifyCaller(request, keys());
      demandScope(request.caller, access);
    }
  });
}
