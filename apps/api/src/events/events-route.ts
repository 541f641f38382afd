import { Readable } from 'node:stream';
import { jobEventSchema } from '@sandlot/contract';
import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod';
import { z } from 'zod';
import type { ApiContext } from '../api-context.js';
import { findRecord, hasEnded } from '../job/find-record.js';
import { jobParams } from '../job/job-headers.js';
import { mayStill } from '../keys/identify-caller.js';
import { problemResponses } from '../openapi/route-docs.js';
import { CURL_TARGET } from '../openapi/service-address.js';
import { Refusal } from '../problem/refusal.js';
import type { RequestScope } from '../server/request-scopes.js';
import { sseFrames } from './sse-frames.js';

const PROBLEMS = ['invalid-request', 'job-not-found', 'too-many-streams', 'queue-unavailable'] as const;

const eventHeaders = z.looseObject({
  'last-event-id': z
    .string()
    .regex(/^(\d{1,20}(-\d{1,20})?)?$/, 'Expected the `id` of an event of this stream')
    .optional()
    .meta({ description: 'The `id` of the last event you have; the stream goes on after it.' }),
});

const schema = {
  summary: 'Follow a job',
  description: [
    'Everything that happened to the job and then whatever happens, as server-sent events: states and output, each',
    'with an `id`, `event:` (its `type`) and `data:` (JSON). The stream ends after the event of a terminal state.',
    'A client that lost it comes back with `Last-Event-ID`. Comments (`: heartbeat`) keep idle connections open.',
    `Try it: \`curl -N ${CURL_TARGET}/v1/jobs/<id>/events\`.`,
  ].join('\n'),
  operationId: 'followJob',
  tags: ['jobs'],
  produces: ['text/event-stream'],
  params: jobParams,
  headers: eventHeaders,
  response: { 200: jobEventSchema, ...problemResponses(PROBLEMS) },
  'x-docs': {
    answers: { 200: { description: 'A stream of events; the schema is that of one event’s `data`.' } },
    problems: PROBLEMS,
  },
};

/** GET /v1/jobs/:id/events */
export const eventsRoute: FastifyPluginAsyncZod<{ context: ApiContext }> = async (app, { context }) => {
  const { queue, scopes, heartbeatMs, keys } = context;
  const options = { schema, config: { access: 'jobs:read' }, exposeHeadRoute: false } as const;
  app.get('/v1/jobs/:id/events', options, async (request, reply) => {
    const { id } = await findRecord(queue, request.params.id, request.caller);
    const after = request.headers['last-event-id'];
    // The scope ends with the response, and the events with the scope: a client that goes leaves nothing behind.
    const scope = scopes.open(reply.raw, {
      tenant: request.caller.tenant,
      isOver: async () => await hasEnded(queue, id),
    });
    if (scope === undefined) throw tooManyStreams();
    const { signal } = scope;
    if (keys !== undefined)
      endWithKey(scope, () => mayStill(request.caller, 'jobs:read', keys()), heartbeatMs);
    const events = queue.events(id, after === undefined || after === '' ? { signal } : { after, signal });
    return await reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      // Proxies such as nginx would otherwise collect the stream before passing it on.
      .header('x-accel-buffering', 'no')
      // A stream goes out as it is; the schema of the 200 describes the events in it, for OpenAPI.
      .send(Readable.from(sseFrames(events, heartbeatMs), { objectMode: false }) as never);
  });
};

/** A stream may outlive its key: it ends soon after that, and whoever takes it up again is refused. */
function endWithKey(scope: RequestScope, mayStillRead: () => boolean, everyMs: number): void {
  if (scope.signal.aborted) return;
  const timer = setInterval(() => {
    if (!mayStillRead()) scope.close();
  }, everyMs).unref();
  scope.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

function tooManyStreams(): Refusal {
  const detail = 'The service has no room for another event stream of this client.';
  return new Refusal('too-many-streams', detail, { headers: { 'retry-after': '5' } });
}
