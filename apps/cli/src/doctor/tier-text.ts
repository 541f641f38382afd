import type { Tier } from '@sandlot/contract';

/** What each tier means to whoever wants to run programs here. True of every host of the tier, whatever it lacks. */
export const TIER_TEXT: Readonly<Record<Tier, string>> = {
  T0: 'native programs run, and cgroups hold their limits',
  T1: 'native programs run, but not all of CPU, memory and processes are held by cgroups',
  T2: 'native programs cannot run: there is no fresh /proc',
  T3: 'native programs cannot run: there are no mounts',
  T4: 'native programs cannot run: there are no namespaces, or something else that every cell needs is missing',
};
