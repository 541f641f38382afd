import { jobDocumentSchema } from '@sandlot/contract';
import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod';
import type { ApiContext } from '../api-context.js';
import { problemResponses } from '../openapi/route-docs.js';
import { describeJob } from './describe-job.js';
import { findRecord } from './find-record.js';
import { jobParams } from './job-headers.js';

const PROBLEMS = ['job-not-found', 'queue-unavailable', 'store-unavailable'] as const;

const schema = {
  summary: 'Look at a job',
  description: 'The job as it is now; once it has ended, with its outcome, output and usage.',
  operationId: 'getJob',
  tags: ['jobs'],
  params: jobParams,
  response: { 200: jobDocumentSchema, ...problemResponses(PROBLEMS) },
  'x-docs': { answers: { 200: { description: 'The job.' } }, problems: PROBLEMS },
};

/** GET /v1/jobs/:id */
export const getRoute: FastifyPluginAsyncZod<{ context: ApiContext }> = async (app, { context }) => {
  app.get('/v1/jobs/:id', { schema, config: { access: 'jobs:read' } }, async (request, reply) => {
    const record = await findRecord(context.queue, request.params.id, request.caller);
    return await describeJob(context, request, reply, record);
  });
};
