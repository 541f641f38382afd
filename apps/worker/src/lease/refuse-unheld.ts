import { InfrastructureError, unheldLimits, type Sandbox, type StoredSpec } from '@sandlot/engine';

/**
 * Refuses an attempt at a job that has a limit which nothing here holds, so that another worker may take it.
 *
 * @throws {InfrastructureError} `limit-not-enforceable`.
 */
export function refuseUnheld(spec: StoredSpec, { abilities }: Pick<Sandbox, 'abilities'>): void {
  const steps = spec.steps.map(({ limits }) => limits);
  const unheld = unheldLimits({ limits: spec.limits, steps }, abilities);
  if (unheld.length === 0) return;
  const named = unheld.map(({ field, value }) => `${field} (${value})`).join(', ');
  throw new InfrastructureError(
    'limit-not-enforceable',
    `Nothing on this worker can hold ${named} of the job. Run the worker where it has a cgroup of its own (SANDLOT_CGROUP), leave the limit out of the job, or set SANDLOT_ALLOW_UNENFORCED=1 to run such jobs all the same.`,
  );
}
