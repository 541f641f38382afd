import type { Runtime, SeccompProfile } from '@sandlot/contract';
import type { FieldExcess, UnheldLimit } from '@sandlot/engine';
import { Refusal } from '../problem/refusal.js';

/** Names every limit above its maximum, what was asked for and what is allowed. */
export function limitRefusal(excess: readonly FieldExcess[]): Refusal {
  const errors = excess.map(({ field, requested, maximum }) => ({
    field,
    message: `Requested ${requested}, the maximum is ${maximum}`,
  }));
  const detail = errors.map(({ field, message }) => `${field}: ${message}.`).join(' ');
  return new Refusal('limit-above-maximum', detail, { errors });
}

/** Names every limit that nothing holds here, and its value. */
export function unheldRefusal(unheld: readonly UnheldLimit[]): Refusal {
  const errors = unheld.map(({ field, value }) => ({
    field,
    message: `Requested ${value}, and nothing on the worker of this service can hold it`,
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

/** A system call filter that the worker of this service does not have. */
export function profileRefusal(wanted: SeccompProfile, available: readonly SeccompProfile[]): Refusal {
  const message = `There is no profile "${wanted}" on the worker of this service, only ${available.join(', ')}`;
  return new Refusal('invalid-request', `seccomp: ${message}.`, { errors: [{ field: 'seccomp', message }] });
}

/** A runtime that the worker of this service does not have. */
export function runtimeRefusal(wanted: Runtime, available: readonly Runtime[]): Refusal {
  const message = `The worker of this service cannot run ${wanted} jobs, only ${available.join(', ')}; its log says why`;
  return new Refusal('invalid-request', `runtime: ${message}.`, { errors: [{ field: 'runtime', message }] });
}
