import type { SandboxAbilities } from '@sandlot/engine';

/** What a sandbox lacks of cgroups. The lab's guest lacks overlays, too. */
export function cgroupFindings(
  abilities: Pick<SandboxAbilities, 'findings'> | undefined,
): SandboxAbilities['findings'] | undefined {
  return abilities?.findings.filter(({ ability }) => ability === 'cgroup');
}
