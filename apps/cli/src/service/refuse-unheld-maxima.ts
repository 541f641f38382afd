import type { LimitName } from '@sandlot/contract';
import type { SandboxAbilities } from '@sandlot/engine';
import { MAXIMUM_VARIABLES } from '../config/maximum-variables.js';
import type { ServiceConfig } from '../config/read-config.js';
import { CommandError } from '../error/command-error.js';

/**
 * A maximum of the operator gives every job the limit. If nothing can hold that, no job could run, or each would run
 * without what the operator asked for: better told now.
 *
 * @throws {CommandError} naming each variable, why, and what to do.
 */
export function refuseUnheldMaxima(
  { maxima, allowUnenforced }: Pick<ServiceConfig, 'maxima' | 'allowUnenforced'>,
  { enforcement, findings }: SandboxAbilities,
): void {
  if (allowUnenforced) return;
  const limits = Object.keys(maxima) as LimitName[]; // keys of a closed record
  const unheld = limits.filter((limit) => enforcement[limit] === 'none');
  if (unheld.length === 0) return;
  const variables = unheld.map((limit) => `${MAXIMUM_VARIABLES[limit]}=${maxima[limit]}`).join(', ');
  const reasons = findings
    .filter(({ ability }) => ability === 'cgroup')
    .map(({ ability, message }) => ` (${ability}: ${message.replace(/\.$/, '')})`);
  throw new CommandError(
    `Nothing on this machine can hold ${variables}${reasons.join('')}. Give the service a cgroup of its own (SANDLOT_CGROUP; Delegate=yes in systemd.resource-control(5)), unset the variable, or let jobs run without that limit by SANDLOT_ALLOW_UNENFORCED=1`,
  );
}
