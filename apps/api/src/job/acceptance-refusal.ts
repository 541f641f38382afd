import { InfrastructureError } from '@sandlot/engine';
import { infrastructureRefusal } from '../problem/infrastructure-refusal.js';

/** Words a failure of the queue before the job was offered to it. Other errors pass as they are. */
export function notOffered(error: unknown): unknown {
  return isOfQueue(error) ? infrastructureRefusal(error, 'This request has made no job.') : error;
}

/**
 * Words a failure of the queue while the job was offered to it: the command may have arrived all the same, and only
 * its answer be missing. The id is told, so that the client can look. Other errors pass as they are.
 */
export function maybeAccepted(error: unknown, id: string, isKeyed: boolean): unknown {
  if (!isOfQueue(error)) return error;
  const advice = isKeyed
    ? 'Repeat the request with the same Idempotency-Key: that never makes a second job.'
    : `GET /v1/jobs/${id} will tell. A request with an Idempotency-Key can be repeated without making a second job.`;
  return infrastructureRefusal(error, `The job ${id} may or may not have been accepted. ${advice}`);
}

function isOfQueue(error: unknown): error is InfrastructureError {
  return error instanceof InfrastructureError && error.code === 'queue-unavailable';
}
