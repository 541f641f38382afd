import type { Limits } from '@sandlot/contract';
import { InfrastructureError, unheldLimits, type Sandbox } from '@sandlot/engine';

/**
 * Refuses an attempt at a job that has a limit which nothing here holds, so that another worker may take it.
 *
 * @throws {InfrastructureError} `limit-not-enforceable`.
 */
export function refuseUnheld(limits: Limits, { abilities }: Pick<Sandbox, 'abilities'>): void {
  const unheld = unheldLimits(limits, abilities);
  if (unheld.length === 0) return;
  const named = unheld.map((limit) => `${limit} (${limits[limit]})`).join(', ');
  throw new InfrastructureError(
    'limit-not-enforceable',
    `Nothing on this worker can hold the limit ${named} of the job. Run the worker where it has a cgroup of its own (SANDLOT_CGROUP), leave the limit out of the job, or set SANDLOT_ALLOW_UNENFORCED=1 to run such jobs all the same.`,
  );
}
