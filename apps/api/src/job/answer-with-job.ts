import { isTerminal, type JobDocument } from '@sandlot/contract';
import type { JobRecord } from '@sandlot/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from '../api-context.js';
import { preferWait } from '../wait/prefer-wait.js';
import { waitForEnd } from '../wait/wait-for-end.js';
import { describeJob } from './describe-job.js';
import { hasEnded } from './find-record.js';

/**
 * Answers with a job: 200 if it has ended, otherwise 202 and where to look for it. `Prefer: wait` lets it end
 * first.
 */
export async function answerWithJob(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  record: JobRecord,
): Promise<JobDocument> {
  void reply.header('location', `/v1/jobs/${record.id}`);
  const current = await waitIfPreferred(context, request, reply, record);
  void reply.code(isTerminal(current.state) ? 200 : 202);
  return await describeJob(context, request, reply, current);
}

async function waitIfPreferred(
  { queue, scopes }: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  record: JobRecord,
): Promise<JobRecord> {
  const { prefer } = request.headers;
  const seconds = preferWait(typeof prefer === 'string' ? prefer : undefined);
  if (seconds === undefined) return record;
  const applied = (): void => void reply.header('preference-applied', `wait=${seconds}`);
  if (isTerminal(record.state)) {
    applied();
    return record;
  }
  const scope = scopes.open(reply.raw, {
    tenant: request.caller.tenant,
    isOver: async () => await hasEnded(queue, record.id),
    timeoutMs: seconds * 1000,
  });
  // It is a preference (RFC 7240): without room to wait, the answer comes at once and says nothing of a wait.
  if (scope === undefined) return record;
  applied();
  try {
    await waitForEnd(queue, record.id, scope.signal);
    return (await queue.find(record.id)) ?? record;
  } catch (error) {
    // The job is accepted, and no failure to watch it may read as if it were not.
    request.log.warn({ err: error, jobId: record.id }, 'could not wait for the job, answering without');
    return record;
  } finally {
    scope.close();
  }
}
