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
