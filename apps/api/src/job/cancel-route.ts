import { jobDocumentSchema } from '@sandlot/contract';
import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod';
import type { ApiContext } from '../api-context.js';
import { problemResponses } from '../openapi/route-docs.js';
import { answerWithJob } from './answer-with-job.js';
import { findRecord } from './find-record.js';
import { jobAnswerHeaders, jobParams, waitHeaders } from './job-headers.js';

const PROBLEMS = ['job-not-found', 'queue-unavailable', 'store-unavailable'] as const;

const schema = {
  summary: 'Cancel a job',
  description: [
    'A job that waits is cancelled at once (200). One that runs is being killed (202); `Prefer: wait=N` waits for',
    'its end. A job that has ended stays as it is (200), so cancelling twice does no harm. If the payload ends',
    'first, its own outcome stands.',
  ].join('\n'),
  operationId: 'cancelJob',
  tags: ['jobs'],
  params: jobParams,
  headers: waitHeaders,
  response: { 200: jobDocumentSchema, 202: jobDocumentSchema, ...problemResponses(PROBLEMS) },
  'x-docs': {
    answers: {
      200: { description: 'The job has ended.', headers: jobAnswerHeaders },
      202: { description: 'The job runs and is being killed.', headers: jobAnswerHeaders },
    },
    problems: PROBLEMS,
  },
};

/** POST /v1/jobs/:id/cancel */
export const cancelRoute: FastifyPluginAsyncZod<{ context: ApiContext }> = async (app, { context }) => {
  app.post('/v1/jobs/:id/cancel', { schema, config: { access: 'jobs:write' } }, async (request, reply) => {
    const { caller, params } = request;
    // Whose the job is never changes, so it cannot become another tenant's between these two.
    const { id } = await findRecord(context.queue, params.id, caller);
    await context.queue.cancel(id);
    return await answerWithJob(context, request, reply, await findRecord(context.queue, id, caller));
  });
};
