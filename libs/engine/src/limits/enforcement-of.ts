import { LIMIT_NAMES, type Enforcement, type LimitName, type Limits } from '@sandlot/contract';
import type { SandboxAbilities } from '../sandbox/sandbox.js';

/** What holds each limit that a job has. */
export function enforcementOf(
  limits: Limits,
  { enforcement }: Pick<SandboxAbilities, 'enforcement'>,
): Enforcement {
  return Object.fromEntries(limitsOf(limits).map((name) => [name, enforcement[name]]));
}

/** The limits of a job that nothing can hold here. */
export function unheldLimits(
  limits: Limits,
  { enforcement }: Pick<SandboxAbilities, 'enforcement'>,
): readonly LimitName[] {
  return limitsOf(limits).filter((name) => enforcement[name] === 'none');
}

function limitsOf(limits: Limits): readonly LimitName[] {
  return LIMIT_NAMES.filter((name) => limits[name] !== undefined);
}
