import { quote } from '@sandlot/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.js';

/** Answers 404 for unknown paths, 405 with Allow for known ones. Register before all routes. */
export function refuseUnknownRoutes(app: FastifyInstance): void {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  app.setNotFoundHandler((request) => {
    const path = pathOf(request);
    const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    // A route that has the method and still came here found nothing, as one for static files does.
    if (methods.length === 0 || methods.includes(request.method)) {
      throw new Refusal('route-not-found', `There is no ${quote(path)}.`);
    }
    const allow = [...new Set(methods)].toSorted().join(', ');
    throw new Refusal('method-not-allowed', `${path.slice(0, 200)} takes ${allow}, not ${request.method}.`, {
      headers: { allow },
    });
  });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '/';
}

/** A route's path as a regular expression: `:name` is one segment, `*` the rest. */
function patternOf(url: string): RegExp {
  const source = url
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/:[A-Za-z]+/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}$`);
}
