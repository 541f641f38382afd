import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod';
import { tierSchema, type FieldError } from '@sandlot/contract';
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import type { ApiOptions } from '../api-options.js';
import { problemResponses } from '../openapi/route-docs.js';
import { Refusal } from '../problem/refusal.js';

/** An orchestrator's own limit is often 1 s; a queue that takes longer is not ready. */
const PING_MS = 900;

/** What the answers rest on. */
export interface HealthContext extends Pick<ApiOptions, 'queue' | 'info' | 'ready'> {
  readonly scopes: { readonly isDraining: boolean };
}

const healthSchema = z
  .object({
    status: z.enum(['ok', 'ready']),
    version: z.string(),
    tier: tierSchema.optional().meta({ description: 'Isolation tier of the worker in this process.' }),
    slots: z.int().optional().meta({ description: 'Cells that can run at once in this process.' }),
  })
  .meta({ id: 'Health' });

const healthz = {
  summary: 'Is the process alive?',
  description: 'Answers as long as the event loop turns; asks nothing of queue or worker.',
  operationId: 'getHealth',
  tags: ['service'],
  response: { 200: healthSchema, ...problemResponses([]) },
  'x-docs': { answers: { 200: { description: 'It is.' } }, problems: [] },
};

const readyz = {
  summary: 'Can the service do its work?',
  description:
    'Asks the queue whether it could accept a job, and the rest of the process whether it could run one.',
  operationId: 'getReadiness',
  tags: ['service'],
  response: { 200: healthSchema, ...problemResponses(['not-ready']) },
  'x-docs': { answers: { 200: { description: 'It can.' } }, problems: ['not-ready'] as const },
};

/** GET /healthz and GET /readyz */
export const healthRoutes: FastifyPluginAsyncZod<{ context: HealthContext }> = async (app, { context }) => {
  app.get('/healthz', { schema: healthz, config: { access: 'open' } }, async () => ({
    status: 'ok' as const,
    ...context.info(),
  }));

  app.get('/readyz', { schema: readyz, config: { access: 'open' } }, async (request) => {
    const errors = await findObstacles(context, request.log);
    if (errors.length === 0) return { status: 'ready' as const, ...context.info() };
    const detail = errors.map(({ field, message }) => `${field}: ${message}.`).join(' ');
    throw new Refusal('not-ready', detail, { errors, headers: { 'retry-after': '2' } });
  });
};

async function findObstacles(
  { queue, ready, scopes }: HealthContext,
  log: FastifyBaseLogger,
): Promise<readonly FieldError[]> {
  const [queueObstacle, otherObstacle] = await Promise.all([
    obstacleOf(queue.ping(), 'cannot be reached', log),
    obstacleOf(ready(), 'cannot say whether it is ready', log),
  ]);
  return [
    ...(scopes.isDraining ? [{ field: 'service', message: 'is shutting down' }] : []),
    ...(queueObstacle === undefined ? [] : [{ field: 'queue', message: queueObstacle }]),
    ...(otherObstacle === undefined ? [] : [{ field: 'worker', message: otherObstacle }]),
  ];
}

/** What a check says; if it fails, `failure` and the errno: the whole reason may name paths and addresses, so it is for the log. */
async function obstacleOf(
  check: Promise<string | undefined | void>,
  failure: string,
  log: FastifyBaseLogger,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, PING_MS, `gave no answer within ${PING_MS} ms`);
  });
  try {
    return (await Promise.race([check, tooLong])) ?? undefined;
  } catch (error) {
    log.warn({ err: error }, 'not ready');
    const errno = /\bE[A-Z]{3,}\b/.exec(error instanceof Error ? error.message : '')?.[0];
    return errno === undefined ? failure : `${failure} (${errno}); the log says more`;
  } finally {
    clearTimeout(timer);
  }
}
