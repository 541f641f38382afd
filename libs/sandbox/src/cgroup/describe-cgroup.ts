import { CGROUP_CONTROLLERS, type CgroupController, type SandboxAbilities } from '@sandlot/engine';
import { explain, joinTexts } from '../doctor/explain.js';
import { explainController, withOwner } from '../doctor/explain-cgroup.js';
import { readHost } from '../doctor/read-host.js';
import type { CgroupFinding } from './cgroup-finding.js';

/** Controllers that a sandbox of tier T0 has; io is a welcome extra. */
export const NEEDED_CONTROLLERS: readonly CgroupController[] = ['cpu', 'memory', 'pids'];

/** What a finding makes of the sandbox: its tier, and what is missing and why. */
export function describeCgroup(finding: CgroupFinding): Pick<SandboxAbilities, 'tier' | 'findings'> {
  const missing = missingOf(finding, CGROUP_CONTROLLERS);
  return {
    tier: missingOf(finding, NEEDED_CONTROLLERS).length === 0 ? 'T0' : 'T1',
    findings: [
      ...(missing.length === 0
        ? []
        : [{ ability: 'cgroup', message: wordMissing(finding, missing) } as const]),
      ...leftoverFindings(finding),
    ],
  };
}

/** What dead workers left behind and nobody could take away: it may still run and use memory. */
function leftoverFindings({ leftovers = [] }: CgroupFinding): SandboxAbilities['findings'] {
  return leftovers.map((path) => ({
    ability: 'cgroup',
    message: `Processes or cgroups of a worker that has ended are left in ${path} and could not be removed. Look at ${path}/**/cgroup.procs; end those processes and remove the directories as the user who owns them.`,
  }));
}

/** Those of the controllers that cells do without. */
export function missingOf(
  { controllers }: CgroupFinding,
  wanted: readonly CgroupController[],
): readonly CgroupController[] {
  return wanted.filter((name) => !controllers[name].enabled);
}

/** Says which controllers are missing, why, and what to do. */
export function wordMissing(finding: CgroupFinding, missing: readonly CgroupController[]): string {
  const facts = readHost();
  const trial = withOwner(finding);
  const reasons = missing.flatMap((name) => {
    const explanation = explainController(name, trial, facts);
    return explanation === undefined ? [] : [explain(explanation)];
  });
  const failure =
    finding.failure === undefined
      ? ''
      : ` (${finding.failure.step} ${finding.failure.path}: ${finding.failure.errno})`;
  return `Cells have no cgroup controller ${missing.join(', ')}${failure}. ${joinTexts(reasons)}`;
}
