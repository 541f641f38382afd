import { PROBLEMS, type ProblemCode } from '@sandlot/contract';
import type { InfrastructureError } from '@sandlot/engine';
import { Refusal } from './refusal.js';

/** Seconds after which a client may find a service that failed well again. */
const RETRY_AFTER = { 'retry-after': '2' };

const DETAILS = {
  'queue-unavailable': 'The queue cannot be reached, or gave no answer in time.',
  'store-unavailable': PROBLEMS['store-unavailable'].meaning,
} as const satisfies Partial<Record<ProblemCode, string>>;

/**
 * Words a failure of Sandlot's own parts for a client: it may come again, or it is a mistake of ours.
 *
 * @param consequence what it means for this request, as a sentence.
 */
export function infrastructureRefusal(cause: InfrastructureError, consequence?: string): Refusal {
  if (cause.code !== 'queue-unavailable' && cause.code !== 'store-unavailable') {
    return new Refusal('internal-error', PROBLEMS['internal-error'].meaning, { cause });
  }
  const detail = consequence === undefined ? DETAILS[cause.code] : `${DETAILS[cause.code]} ${consequence}`;
  return new Refusal(cause.code, detail, { headers: RETRY_AFTER, cause });
}
