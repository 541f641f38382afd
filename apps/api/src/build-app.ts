import helmet from '@fastify/helmet';
import { serializerCompiler } from '@fastify/type-provider-zod';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { uuidv7 } from 'uuidv7';
import type { ApiContext } from './api-context.js';
import type { ApiOptions } from './api-options.js';
import { limitBodies } from './body/limit-bodies.js';
import { acceptJsonOnly } from './body/parse-json.js';
import { docsPage } from './docs-page/docs-page.js';
import { eventsRoute } from './events/events-route.js';
import { guardRequests } from './guard/guard-requests.js';
import { artifactRoute } from './job/artifact-route.js';
import { cancelRoute } from './job/cancel-route.js';
import { getRoute } from './job/get-route.js';
import { submitRoute } from './job/submit-route.js';
import { controlAccess } from './keys/control-access.js';
import { measureRequests } from './metrics/http-metrics.js';
import { registerOpenapi } from './openapi/openapi-plugin.js';
import { sendConnectionProblem, sendExpectationProblem } from './problem/connection-problem.js';
import { sendProblem } from './problem/send-problem.js';
import { refuseUnknownRoutes } from './problem/unknown-route.js';
import { limitConnections } from './server/limit-connections.js';
import { answerOneAtATime } from './server/one-at-a-time.js';
import { healthRoutes } from './service/health-routes.js';
import { homeRoute } from './service/home-route.js';
import { metricsRoute } from './service/metrics-route.js';
import { createValidatorCompiler } from './validation/validator-compiler.js';

/** A request's head must be here within this time, the whole of it within the second. Unit: ms. */
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 120_000;
/** Longer than the usual 60 s of proxies, so that they never reuse a connection that is being closed. Unit: ms. */
const KEEP_ALIVE_MS = 72_000;

/** Puts the HTTP service together; it does not listen yet. */
export async function buildApp(context: ApiContext, logger: ApiOptions['logger']): Promise<FastifyInstance> {
  const app = createServer(context, quieten(logger));
  app.server.on('checkExpectation', sendExpectationProblem);
  app.setValidatorCompiler(createValidatorCompiler(context.maxima));
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, context.bodyBytes));
  refuseUnknownRoutes(app);
  acceptJsonOnly(app);
  limitBodies(app, context.bodiesBytes);
  measureRequests(app, context.registry);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  await secure(app);
  limitConnections(app, context.connections);
  answerOneAtATime(app);
  guardRequests(app, context.listen);
  controlAccess(app, context.keys);
  await registerOpenapi(app, context);
  const jobRoutes = [submitRoute, getRoute, cancelRoute, eventsRoute, artifactRoute];
  for (const route of [...jobRoutes, healthRoutes, metricsRoute]) {
    await app.register(route, { context });
  }
  await app.register(homeRoute);
  await app.register(docsPage);
  await app.ready();
  return app;
}

/** The framework tells with `info` where it listens; that is for the composing app to say, in its own words. */
export function quieten(logger: ApiOptions['logger']): FastifyBaseLogger {
  return logger.child({}, { level: logger.isLevelEnabled('warn') ? 'warn' : logger.level });
}

/** @param logger typed as the framework sees it: the app's own type would spread into that of every route. */
function createServer(context: ApiContext, logger: FastifyBaseLogger): FastifyInstance {
  return Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => uuidv7(),
    requestIdHeader: false,
    bodyLimit: context.bodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A request without Host is refused by the guard, with a problem document.
    http: { headersTimeout: HEADERS_TIMEOUT_MS, requireHostHeader: false },
    // A path is as long as a request's head may be (16 KiB): what is no id is answered as not found.
    routerOptions: { maxParamLength: 16_384 },
    // While it closes, requests on open connections are answered by the routes themselves.
    return503OnClosing: false,
    clientErrorHandler: sendConnectionProblem,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply, context.bodyBytes),
  });
}

/** Headers for browsers: answers are data, never to be rendered, framed or sniffed. /docs loosens its own. */
async function secure(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    // Whether there is TLS in front is the operator's to know.
    strictTransportSecurity: false,
    frameguard: { action: 'deny' },
  });
}
