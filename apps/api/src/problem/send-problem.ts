import { PROBLEMS, problem } from '@sandlot/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toRefusal } from './to-refusal.js';

/** Answers a failed request with its problem document; logs a failure of ours once, with all its causes. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  bodyBytes: number,
): void {
  const refusal = toRefusal(error, request, bodyBytes);
  const { status } = PROBLEMS[refusal.code];
  if (refusal.code === 'internal-error') request.log.error({ err: error }, 'request failed');
  else if (status === 503 && refusal.cause !== undefined) {
    request.log.warn({ err: refusal.cause }, 'request refused');
  }
  const document = problem(refusal.code, {
    detail: refusal.message,
    requestId: request.id,
    errors: refusal.errors,
  });
  void reply
    .code(status)
    .headers(refusal.headers)
    .type('application/problem+json')
    // The document is complete; a route's own serializer is for its own answers.
    .serializer(JSON.stringify)
    .send(document);
}
