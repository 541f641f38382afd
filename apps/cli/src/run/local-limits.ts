import { LIMITS, type JobSpec, type LimitName } from '@sandlot/contract';
import { resolveJobLimits, stepsOf, unheldLimits, type JobLimits, type Sandbox } from '@sandlot/engine';
import { CommandError } from '../error/command-error.js';
import { flagOfLimit, inUnitsOf } from '../option/limit-flags.js';

/**
 * Limits of a run on this machine: the contract's defaults, except that output may be as long as the product
 * allows. It goes to the user's own terminal or pipe, and no queue has to keep it.
 *
 * @param allowUnenforced lets a limit be that nothing here can hold.
 * @throws {CommandError} if a limit is above the maximum, or nothing here can hold it.
 */
export function localLimits(
  spec: Pick<JobSpec, 'argv' | 'steps' | 'stdin' | 'limits'>,
  { abilities }: Pick<Sandbox, 'abilities'>,
  allowUnenforced: boolean,
): JobLimits {
  const limits = { outputBytes: LIMITS.outputBytes.max, ...spec.limits };
  const resolved = resolveJobLimits({ limits, steps: stepsOf(spec) });
  if (!resolved.ok) {
    const lines = resolved.excess.map(
      ({ limit, maximum }) => `${flagText(limit)} may be at most ${inUnitsOf(limit, String(maximum))}`,
    );
    throw new CommandError(lines.join('; '));
  }
  const unheld = allowUnenforced ? [] : unheldLimits(resolved, abilities);
  if (unheld.length === 0) return resolved;
  throw new CommandError(
    `Nothing on this machine can hold ${unheld.map(({ limit }) => flagText(limit)).join(', ')}: leave it out, give this user a delegated cgroup (systemd-run --user --scope -p Delegate=yes), or run without it by SANDLOT_ALLOW_UNENFORCED=1`,
  );
}

function flagText(limit: LimitName): string {
  return flagOfLimit(limit)?.flag ?? limit;
}
