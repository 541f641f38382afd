import type { Tier } from '@sandlot/contract';
import { isWorseTier, type AbilityFinding } from '@sandlot/engine';
import type { DoctorReport } from '@sandlot/sandbox';

/** A worker that runs and takes no jobs, and why. */
export interface Standstill {
  readonly tier: Tier;
  /** What is missing, why, and what to do; without a full stop, as a part of other sentences. */
  readonly reason: string;
}

/** Why no cell could be made, as the doctor found it; undefined if what it found is no worse than the minimum. */
export function standstillOf({ tier, findings }: DoctorReport, minimum: Tier): Standstill | undefined {
  if (!isWorseTier(tier, minimum)) return undefined;
  const blocking = findings.filter(
    (finding) =>
      finding.status === 'failed' && finding.tier !== undefined && isWorseTier(finding.tier, minimum),
  );
  const obstacles = blocking.map(({ ability, cause = '', remedy = '' }) => ({
    ability,
    message: `${cause} ${remedy}`,
  }));
  return toStandstill(tier, minimum, obstacles);
}

/** The same, of a sandbox that could be made. */
export function toStandstill(tier: Tier, minimum: Tier, findings: readonly AbilityFinding[]): Standstill {
  const abilities = new Map<string, readonly string[]>();
  for (const { ability, message } of findings)
    abilities.set(message, [...(abilities.get(message) ?? []), ability]);
  const missing = [...abilities].map(([message, names]) => `${names.join(', ')}: ${message}`);
  const text = [
    `the isolation tier here is ${tier}, and SANDLOT_MINIMUM_TIER=${minimum} wants a better one.`,
    ...(missing.length === 0 ? [] : [`Missing: ${missing.join(' ')}`]),
    'It is looked at when the worker starts: start it again then',
  ];
  return { tier, reason: text.join(' ') };
}
