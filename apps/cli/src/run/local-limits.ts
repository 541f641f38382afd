import { LIMITS, type LimitName, type Limits, type RequestedLimits } from '@sandlot/contract';
import { resolveLimits, type Sandbox } from '@sandlot/engine';
import { CommandError } from '../error/command-error.js';
import { flagOfLimit, inUnitsOf } from '../option/limit-flags.js';

/**
 * Limits of a run on this machine: the contract's defaults, except that output may be as long as the product
 * allows. It goes to the user's own terminal or pipe, and no queue has to keep it.
 *
 * @throws {CommandError} if a limit is above the maximum, or was asked for and nothing here can hold it.
 */
export function localLimits(requested: RequestedLimits, sandbox: Pick<Sandbox, 'abilities'>): Limits {
  const resolved = resolveLimits({ outputBytes: LIMITS.outputBytes.max, ...requested });
  if (!resolved.ok) {
    const lines = resolved.excess.map(
      ({ limit, maximum }) => `${flagText(limit)} may be at most ${inUnitsOf(limit, String(maximum))}`,
    );
    throw new CommandError(lines.join('; '));
  }
  const asked = Object.keys(requested) as LimitName[]; // keys of a closed record
  const unheld = asked.filter((limit) => sandbox.abilities.enforcement[limit] === 'none');
  if (unheld.length === 0) return resolved.limits;
  throw new CommandError(
    `Nothing on this machine can hold ${unheld.map(flagText).join(', ')}: leave it out, or give this user a delegated cgroup (systemd-run --user --scope -p Delegate=yes)`,
  );
}

function flagText(limit: LimitName): string {
  return flagOfLimit(limit)?.flag ?? limit;
}
