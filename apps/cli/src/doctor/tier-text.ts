import { TIERS, type Tier } from '@sandlot/engine';

/** What each tier means to whoever wants to run programs here. */
export const TIER_TEXT: Readonly<Record<Tier, string>> = {
  T0: 'everything works; native programs run, and cgroups hold their limits',
  T1: 'native programs run; resource limits hold memory, processes and CPU time, since there is no writable cgroup',
  T2: 'native programs cannot run: there is no fresh /proc',
  T3: 'native programs cannot run: there are no mounts',
  T4: 'native programs cannot run: there are no namespaces, or something else that every cell needs is missing',
};

/** Whether native programs run on a host of this tier. */
export function canRunPayloads(tier: Tier): boolean {
  return TIERS.indexOf(tier) <= TIERS.indexOf('T1');
}
