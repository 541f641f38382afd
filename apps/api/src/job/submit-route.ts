import { jobDocumentSchema, jobSpecSchema, type JobSpec } from '@sandlot/contract';
import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod';
import type { FastifyRequest } from 'fastify';
import type { ApiContext } from '../api-context.js';
import { problemResponses } from '../openapi/route-docs.js';
import { Refusal } from '../problem/refusal.js';
import { acceptJob, type Submission } from './accept-job.js';
import { answerWithJob } from './answer-with-job.js';
import { jobExamples } from './job-examples.js';
import { jobAnswerHeaders, submitHeaders } from './job-headers.js';

const PROBLEMS = [
  'invalid-request',
  'malformed-json',
  'idempotency-conflict',
  'body-too-large',
  'unsupported-media-type',
  'unsupported-content-encoding',
  'limit-above-maximum',
  'limit-not-enforceable',
  'queue-unavailable',
  'store-unavailable',
  'shutting-down',
] as const;

const HEADERS = {
  ...jobAnswerHeaders,
  'Idempotent-Replayed': '`true` if the Idempotency-Key was used before and this is the job of then.',
};

const schema = {
  summary: 'Submit a job',
  description: [
    'Runs a program: only `argv` is needed; see the schema for files, stdin, environment and limits. Or runs several,',
    'one after the other in one cell, as `steps`: each with its own limits, until one does not succeed.',
    'The job is durable once it is accepted: it survives a crash of the service.',
    'With `Prefer: wait=N` the answer is the finished job (200); a job that is not done by then is answered with 202,',
    'as without the header. A client that goes away stops waiting, nothing else.',
    'With `Idempotency-Key`, the same request again answers with the same job and `Idempotent-Replayed: true`:',
    '200 if it has ended, otherwise 202. The same key with another body is refused (409).',
  ].join('\n'),
  operationId: 'submitJob',
  tags: ['jobs'],
  headers: submitHeaders,
  body: jobSpecSchema,
  response: { 200: jobDocumentSchema, 202: jobDocumentSchema, ...problemResponses(PROBLEMS) },
  'x-docs': {
    answers: {
      200: { description: 'The job has ended; `outcome` says how.', headers: HEADERS },
      202: { description: 'The job is accepted and durable.', headers: HEADERS },
    },
    problems: PROBLEMS,
  },
};

/** POST /v1/jobs */
export const submitRoute: FastifyPluginAsyncZod<{ context: ApiContext }> = async (app, { context }) => {
  const docs = { ...schema['x-docs'], examples: jobExamples(context.maxima) };
  const documented = { ...schema, 'x-docs': docs };
  const options = {
    schema: documented,
    config: { access: 'jobs:write' },
    preValidation: refuseNoBody,
  } as const;
  app.post('/v1/jobs', options, async (request, reply) => {
    if (context.scopes.isDraining) throw shuttingDown();
    const { record, isReplay } = await acceptJob(context, submissionOf(request), request.log);
    request.releaseBody();
    if (isReplay) void reply.header('idempotent-replayed', 'true');
    return await answerWithJob(context, request, reply, record);
  });
};

function submissionOf({
  body,
  caller,
  headers,
}: Pick<FastifyRequest, 'caller'> & {
  readonly body: JobSpec;
  readonly headers: { readonly 'idempotency-key'?: string | undefined };
}): Submission {
  return { spec: body, tenant: caller.tenant, idempotencyKey: headers['idempotency-key'] };
}

/** Validation cannot tell a body that is missing from the JSON value null. */
async function refuseNoBody({ body }: FastifyRequest): Promise<void> {
  if (body !== undefined) return;
  const message = 'The request has no body; send a job, such as {"argv": ["/bin/echo", "hello"]}';
  throw new Refusal('invalid-request', `body: ${message}.`, { errors: [{ field: 'body', message }] });
}

function shuttingDown(): Refusal {
  return new Refusal('shutting-down', 'The service is about to stop and takes no new jobs.', {
    headers: { 'retry-after': '5', connection: 'close' },
  });
}
