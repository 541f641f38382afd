import { TIERS, type Tier } from '@sandlot/contract';
import { CGROUP_CONTROLLERS, type CgroupController } from '@sandlot/engine';
import { errnoName } from '../error/errno-name.js';
import type { LibraryFailure } from '../native/try-library.js';
import type { SubordinateIds } from '../slot/identify-worker.js';
import { ABILITY_NAMES, PROBED_ABILITY_NAMES, abilityInfo, type Ability } from './ability.js';
import type { CgroupTrial } from './cause/cgroup-cause.js';
import { findCause } from './cause/find-cause.js';
import { isProven } from './cause/system-call.js';
import { libraryCause } from './cause/library-cause.js';
import { explainCgroup, explainController, explainV1 } from './explain-cgroup.js';
import { explain, type Explanation } from './explain.js';
import type { Finding } from './finding.js';
import type { HostFacts } from './host-facts.js';
import type { ProbeVerdict } from './probe-line.js';
import type { ProbeVerdicts } from './run-probes.js';

/** Everything a diagnosis rests on. */
export interface Evidence {
  /** Absent if the native library could be loaded. */
  readonly library?: LibraryFailure | undefined;
  readonly verdicts: ProbeVerdicts;
  readonly cgroup: CgroupTrial;
  /** What the operator says of them. @default 'auto' */
  readonly subordinateIds?: SubordinateIds;
  readonly facts: HostFacts;
}

/**
 * Turns what was tried and what the host says of itself into findings, one for each ability and in their order. A
 * failure is explained once: what cannot work without the failed ability is `unknown`.
 */
export function diagnose(evidence: Evidence): readonly Finding[] {
  const outcomes = joinRefusals([
    ['native-library', libraryOutcome(evidence)],
    ...PROBED_ABILITY_NAMES.map((name) => [name, probeOutcome(name, evidence)] as const),
    ['cgroup', cgroupOutcome(evidence)],
    ...CGROUP_CONTROLLERS.map((name) => [`cgroup-${name}`, controllerOutcome(name, evidence)] as const),
  ]);
  const failed = new Set<string>();
  return ABILITY_NAMES.map((ability) => {
    const outcome = outcomes.get(ability) ?? {};
    const needed = abilityInfo(ability).needs?.find((name) => failed.has(name));
    if (outcome.explanation !== undefined || needed !== undefined) failed.add(ability);
    return toFinding(ability, outcome, needed);
  });
}

/** One filter is behind all that was refused: it is told once, with every call. */
function joinRefusals(outcomes: readonly (readonly [Ability, Outcome])[]): ReadonlyMap<Ability, Outcome> {
  const refusals = outcomes.flatMap(([, { explanation }]) => explanation?.refusals ?? []);
  return new Map(
    outcomes.map(([ability, outcome]) => {
      const { explanation } = outcome;
      if (explanation?.refusals === undefined) return [ability, outcome];
      return [ability, { ...outcome, explanation: { ...explanation, refusals } }];
    }),
  );
}

/** The best tier that all findings leave. */
export function tierOf(findings: readonly Finding[]): Tier {
  const worst = Math.max(0, ...findings.map(({ tier = 'T0' }) => TIERS.indexOf(tier)));
  return TIERS[worst] ?? 'T4';
}

/** Before needs are looked at. Without an explanation it worked. */
interface Outcome {
  readonly detail?: string;
  readonly step?: string;
  readonly errno?: string;
  readonly explanation?: Explanation;
  /** The explanation holds whatever else failed. */
  readonly isCertain?: boolean;
}

function toFinding(ability: Ability, outcome: Outcome, needed: string | undefined): Finding {
  const { tier } = abilityInfo(ability);
  const { explanation, isCertain = false, ...facts } = outcome;
  if (needed !== undefined && !isCertain) {
    const words = explain({ code: 'needs-another', words: { ability: needed } });
    return { ability, status: 'unknown', code: 'needs-another', ...words, ...lowering(tier) };
  }
  if (explanation === undefined) return { ability, status: 'ok', ...facts };
  const { code } = explanation;
  return { ability, status: 'failed', ...facts, code, ...explain(explanation), ...lowering(tier) };
}

function lowering(tier: Tier | undefined): Pick<Finding, 'tier'> {
  return tier === undefined ? {} : { tier };
}

function libraryOutcome({ library }: Evidence): Outcome {
  if (library === undefined) return {};
  const { step, code = 'refused' } = library;
  return { step, errno: code, explanation: libraryCause(library) };
}

function probeOutcome(ability: Ability, { verdicts, subordinateIds, facts }: Evidence): Outcome {
  const verdict = verdicts.get(ability);
  if (verdict === undefined) throw new Error(`The probe program says nothing of ${ability}`);
  const { failure, notes } = verdict;
  if (failure === undefined) return detailOf(verdict);
  if (ability === 'sub-ids' && subordinateIds === 'off') return { explanation: { code: 'sub-ids-refused' } };
  const isKnown = isProven(failure.step, verdicts);
  const explanation = findCause({ ability, ...failure, notes, isProven: isKnown }, facts);
  return { ...detailOf(verdict), ...failure, explanation };
}

function detailOf({ notes }: ProbeVerdict): Outcome {
  const detail = Object.entries(notes).map(([name, value]) => `${name}=${noteText(name, value)}`);
  return detail.length === 0 ? {} : { detail: detail.join(' ') };
}

/** Other tries are noted by errno. */
function noteText(name: string, value: number): string {
  if (name !== 'unshare' && name !== 'subset-pid') return String(value);
  return value === 0 ? 'ok' : errnoName(value);
}

function cgroupOutcome({ cgroup, facts }: Evidence): Outcome {
  const explanation = explainCgroup(cgroup, facts);
  if (explanation === undefined) return {};
  // A cgroup of one's own would be without controllers then: one remedy does for all.
  return { ...stepOf(cgroup), explanation: explainV1('memory', cgroup, facts) ?? explanation };
}

function stepOf({ failure }: CgroupTrial): Pick<Outcome, 'step' | 'errno'> {
  return failure === undefined ? {} : { step: failure.step, errno: failure.errno };
}

function controllerOutcome(controller: CgroupController, { cgroup, facts }: Evidence): Outcome {
  const explanation = explainController(controller, cgroup, facts);
  if (explanation === undefined) return {};
  const { errno = 'ENOENT', step = 'enable' } = cgroup.controllers[controller];
  const isCertain = explainV1(controller, cgroup, facts) !== undefined;
  return { step, errno, explanation, isCertain };
}
