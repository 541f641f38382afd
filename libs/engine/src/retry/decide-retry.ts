import type { InfrastructureCode } from '../error/infrastructure-error.js';

/** Tries of a job before it is given up, when Sandlot itself keeps failing at it. */
export const MAX_ATTEMPTS = 4;
/** Workers that may die over one job before it is held to be the cause. */
export const MAX_WORKER_DEATHS = 3;

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** Failures by nobody's fault: the job goes back at once and the try does not count. */
const FREE: ReadonlySet<InfrastructureCode> = new Set(['worker-draining']);

export type RetryDecision =
  { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'dead'; readonly reason: string };

/**
 * Decides what becomes of a job after Sandlot failed at it: another try after exponential backoff with full
 * jitter (1 s doubling to 60 s), or `dead`.
 *
 * @param failures causes of all tries so far, oldest first; the last one is the failure at hand.
 * @param random from 0 (inclusive) to 1 (exclusive).
 */
export function decideRetry(failures: readonly InfrastructureCode[], random: number): RetryDecision {
  const latest = failures.at(-1);
  if (latest !== undefined && FREE.has(latest)) return { kind: 'retry', delayMs: 0 };
  const deaths = failures.filter((code) => code === 'worker-lost').length;
  if (deaths >= MAX_WORKER_DEATHS) {
    return { kind: 'dead', reason: `${deaths} workers were lost while they ran this job; see its attempts` };
  }
  const counted = failures.filter((code) => !FREE.has(code)).length;
  if (counted >= MAX_ATTEMPTS) {
    return { kind: 'dead', reason: `Sandlot failed ${counted} times, last: ${latest}; see its attempts` };
  }
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, counted - 1));
  return { kind: 'retry', delayMs: Math.floor(random * ceiling) };
}
