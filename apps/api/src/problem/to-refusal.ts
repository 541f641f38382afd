import { PROBLEMS, quote } from '@sandlot/contract';
import { InfrastructureError } from '@sandlot/engine';
import type { FastifyRequest } from 'fastify';
import { infrastructureRefusal } from './infrastructure-refusal.js';
import { Refusal } from './refusal.js';

/**
 * Words whatever a request ended with as a refusal. Only what the client can act on goes into it; paths,
 * addresses and stacks stay in `cause`, for the log.
 */
export function toRefusal(error: unknown, request: FastifyRequest, bodyBytes: number): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof InfrastructureError) return infrastructureRefusal(error);
  const { code, statusCode } = frameworkFacts(error);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new Refusal('body-too-large', `The body is larger than ${bodyBytes} bytes.`, { cause: error });
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return mediaTypeRefusal(request, error);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Refusal('malformed-request', brokenRequest(code), { cause: error });
  }
  return new Refusal('internal-error', PROBLEMS['internal-error'].meaning, { cause: error });
}

function mediaTypeRefusal(request: FastifyRequest, cause: unknown): Refusal {
  const received = request.headers['content-type'];
  const detail =
    received === undefined
      ? 'The request has a body but no Content-Type; application/json is needed.'
      : `The body is declared as ${quote(received)}; application/json is needed.`;
  return new Refusal('unsupported-media-type', detail, { cause });
}

/** The few errors of the framework a client can cause that have no problem code of their own. */
function brokenRequest(code: string | undefined): string {
  if (code === 'FST_ERR_BAD_URL') return 'The path has a "%" that is not followed by two hexadecimal digits.';
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') return 'The body is not as long as Content-Length says.';
  return 'The request could not be read.';
}

function frameworkFacts(error: unknown): { readonly code?: string; readonly statusCode?: number } {
  if (!(error instanceof Error)) return {};
  return {
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...('statusCode' in error && typeof error.statusCode === 'number'
      ? { statusCode: error.statusCode }
      : {}),
  };
}
