import { abilityInfo, type DoctorReport, type Finding } from '@sandlot/sandbox';
import { sentences } from './sentences.js';
import { wrapText } from './wrap-text.js';
import { TIER_TEXT } from './tier-text.js';

/** Words a report for a person: the tier first, what works in one block, then each failure. */
export function describeReport({ tier, versions, findings }: DoctorReport): string {
  const { sandlot, node, kernel, architecture } = versions;
  const failures = groupFailures(findings.filter(({ status }) => status === 'failed'));
  return [
    wrapText(`${tier}: ${TIER_TEXT[tier]}`),
    `Sandlot ${sandlot}, Node ${node}, Linux ${kernel}, ${architecture}`,
    listOf('Works', findings, 'ok'),
    ...failures.map(describeFailure),
    listOf('Not tried, for want of the above', findings, 'unknown'),
  ]
    .filter((block) => block !== '')
    .join('\n\n')
    .replace('\n\nSandlot', '\nSandlot')
    .concat('\n');
}

function listOf(title: string, findings: readonly Finding[], status: Finding['status']): string {
  const names = findings.filter((finding) => finding.status === status).map(nameOf);
  return names.length === 0 ? '' : wrapText(`${title}: ${names.join(', ')}`, '  ');
}

function nameOf({ ability, detail }: Finding): string {
  return detail === undefined ? ability : `${ability} (${detail})`;
}

/** Failures that have the same cause are told once, those that lower the tier before the others. */
function groupFailures(failures: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of failures) {
    const key = `${finding.cause}\n${finding.remedy}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  const isOptional = (group: readonly Finding[]) => group.every(({ tier }) => tier === undefined);
  const all = [...groups.values()];
  return [...all.filter((group) => !isOptional(group)), ...all.filter(isOptional)];
}

function describeFailure(group: readonly Finding[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const tiers = group.flatMap(({ tier }) => tier ?? []);
  const rank = tiers.length === 0 ? 'optional' : `tier ${tiers.sort().at(-1)}`;
  return [
    wrapText(`✗ ${group.map(subject).join(', ')}${reason(first)} [${rank}]`, '  '),
    wrapText(`  why: ${first.cause ?? ''}`, '       '),
    `  do:  ${sentences(first.remedy ?? '').join('\n       ')}`,
  ].join('\n');
}

function subject({ ability }: Finding): string {
  return `${ability} (${abilityInfo(ability).meaning})`;
}

function reason({ step, errno, detail }: Finding): string {
  const seen = detail === undefined ? '' : `, ${detail}`;
  return errno === undefined ? '' : `: ${step ?? ''} ${errno}${seen}`;
}
