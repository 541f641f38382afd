import { CGROUP_CONTROLLERS, type CgroupController, type SandboxAbilities } from '@sandlot/engine';
import type { CgroupFailure, CgroupFinding } from './cgroup-finding.js';

/** Controllers that a sandbox of tier T0 has; io is a welcome extra. */
export const NEEDED_CONTROLLERS: readonly CgroupController[] = ['memory', 'pids', 'cpu'];

/** What a finding makes of the sandbox: its tier, and what is missing and why. */
export function describeCgroup(finding: CgroupFinding): Pick<SandboxAbilities, 'tier' | 'findings'> {
  const missing = missingOf(finding, NEEDED_CONTROLLERS);
  return {
    tier: missing.length === 0 ? 'T0' : 'T1',
    findings: CGROUP_CONTROLLERS.some((name) => !finding.controllers[name].enabled)
      ? [{ ability: 'cgroup', message: wordMissing(finding, missingOf(finding, CGROUP_CONTROLLERS)) }]
      : [],
  };
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
  const { source, failure, directory } = finding;
  const what = `Cells have no cgroup controller ${missing.join(', ')}`;
  if (source === 'none') return `${what}: SANDLOT_CGROUP=none asks for that.`;
  if (failure !== undefined) return `${what}: ${wordFailure(failure)}`;
  const errnos = missing.map((name) => `${name}: ${finding.controllers[name].errno ?? 'unknown'}`);
  return `${what}: ${directory ?? ''} does not have them to give (${errnos.join(', ')}). ${DELEGATE}`;
}

const DELEGATE =
  'Start Sandlot with systemd-run --user --scope -p Delegate=yes, or a unit with Delegate=yes; in a container make the cgroup file system writable.';

function wordFailure({ step, path, errno }: CgroupFailure): string {
  switch (step) {
    case 'find':
      return `${FIND_TEXT[errno] ?? `${errno} on ${path}.`} ${DELEGATE}`;
    case 'make':
      return `${errno} on making ${path}. ${DELEGATE}`;
    case 'move':
      return `${errno} on moving this process below ${path}. Start it inside that cgroup, or make the common ancestor's cgroup.procs writable.`;
    case 'enable':
      return `${errno} on ${path}: other processes live there, and a cgroup with processes has no controllers to give. ${DELEGATE}`;
    case 'clone':
      return `${errno} when a process was to be born below ${path}. Start Sandlot inside that cgroup.`;
    default:
      return step satisfies never;
  }
}

const FIND_TEXT: Readonly<Record<string, string>> = {
  ENOENT: 'no cgroup v2 file system is mounted.',
  EXDEV: 'the cgroup of this process lies outside of what is mounted.',
  EROOT: 'this process lives in the root cgroup, which belongs to the host.',
};
