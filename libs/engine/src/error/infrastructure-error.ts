/**
 * Closed list of what can fail on Sandlot's side. None of these is ever a payload's outcome: the job is tried
 * again (see `decideRetry`) and, when nothing helps, ends `dead` with all causes on record.
 */
export const INFRASTRUCTURE_CODES = [
  'sandbox-setup-failed',
  'sandbox-lost',
  'host-out-of-memory',
  'limit-not-enforceable',
  'worker-lost',
  'worker-draining',
  'lease-lost',
  'queue-unavailable',
  'store-unavailable',
  'internal-error',
] as const;

export type InfrastructureCode = (typeof INFRASTRUCTURE_CODES)[number];

/** A failure of Sandlot itself. `message` says what failed, why, and what to do; `cause` holds the lower layer's error. */
export class InfrastructureError extends Error {
  override readonly name = 'InfrastructureError';
  readonly code: InfrastructureCode;

  constructor(code: InfrastructureCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Words any thrown value as an infrastructure failure, keeping it as the cause. */
export function toInfrastructureError(thrown: unknown): InfrastructureError {
  if (thrown instanceof InfrastructureError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new InfrastructureError('internal-error', message, { cause: thrown });
}
