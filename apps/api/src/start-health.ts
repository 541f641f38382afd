import { serializerCompiler, validatorCompiler } from '@fastify/type-provider-zod';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { uuidv7 } from 'uuidv7';
import type { ApiOptions, ListenAddress } from './api-options.js';
import { quieten } from './build-app.js';
import { guardRequests } from './guard/guard-requests.js';
import { controlAccess } from './keys/control-access.js';
import { measureProcess } from './metrics/process-metrics.js';
import { sendProblem } from './problem/send-problem.js';
import { refuseUnknownRoutes } from './problem/unknown-route.js';
import { listen } from './server/listen.js';
import { healthRoutes } from './service/health-routes.js';
import { metricsRoute } from './service/metrics-route.js';

/** An orchestrator, a scraper, and somebody who looks: more is a mistake. */
const CONNECTIONS = 64;
const BODY_BYTES = 1024;
const REQUEST_TIMEOUT_MS = 10_000;

export interface HealthOptions extends Pick<ApiOptions, 'queue' | 'info' | 'ready' | 'logger'> {
  readonly listen: ListenAddress;
  readonly registry: Registry;
}

/** /healthz, /readyz and /metrics, and nothing else. */
export interface HealthServer {
  /** As of `ApiServer`. */
  readonly address: string;
  /** From now on the service is not ready: it is shutting down. */
  drain(): void;
  close(): Promise<void>;
}

/**
 * Answers for a process that has no API, or for one whose API asks for keys. It asks for none itself: what it tells is
 * for whoever reaches it.
 *
 * @throws {Error} if it cannot listen: the message says where, why and what to do.
 */
export async function startHealth(options: HealthOptions): Promise<HealthServer> {
  const { queue, info, ready, registry } = options;
  const scopes = { isDraining: false };
  const app = createServer(options);
  await app.register(healthRoutes, { context: { queue, info, ready, scopes } });
  await app.register(metricsRoute, { context: { registry } });
  measureProcess(registry);
  const address = await listen(app, options.listen, 'SANDLOT_HEALTH_LISTEN');
  return {
    address,
    drain: () => {
      scopes.isDraining = true;
    },
    close: async () => await app.close(),
  };
}

function createServer({ logger, listen: address }: HealthOptions): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: quieten(logger),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => uuidv7(),
    requestIdHeader: false,
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    http: { requireHostHeader: false },
  });
  app.server.maxConnections = CONNECTIONS;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, BODY_BYTES));
  refuseUnknownRoutes(app);
  guardRequests(app, address);
  controlAccess(app, undefined);
  return app;
}
