import type { LimitName, Limits } from '@sandlot/contract';
import type { LimitExcess } from '@sandlot/engine';
import { Refusal } from '../problem/refusal.js';

/** Names every limit above its maximum, what was asked for and what is allowed. */
export function limitRefusal(excess: readonly LimitExcess[]): Refusal {
  const errors = excess.map(({ limit, requested, maximum }) => ({
    field: `limits.${limit}`,
    message: `Requested ${requested}, the maximum is ${maximum}`,
  }));
  const detail = errors.map(({ field, message }) => `${field}: ${message}.`).join(' ');
  return new Refusal('limit-above-maximum', detail, { errors });
}

/** Names every limit that nothing holds here, and its value. */
export function unheldRefusal(unheld: readonly LimitName[], limits: Limits): Refusal {
  const errors = unheld.map((limit) => ({
    field: `limits.${limit}`,
    message: `Requested ${limits[limit]}, and nothing on the worker of this service can hold it`,
  }));
  const detail = errors.map(({ field, message }) => `${field}: ${message}.`).join(' ');
  return new Refusal('limit-not-enforceable', detail, { errors });
}

/**
 * Files that fit the product's default limits, but not the lower ones of this operator. Found out now, since in the
 * cell it would be a failure of ours.
 */
export function misfitRefusal(misfits: readonly string[]): Refusal {
  const errors = misfits.map((message) => ({ field: 'files', message }));
  return new Refusal('invalid-request', misfits.map((message) => `files: ${message}.`).join(' '), { errors });
}
