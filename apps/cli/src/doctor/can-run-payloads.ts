import { TIERS, type Tier } from '@sandlot/engine';

/** Whether native programs run on a host of this tier. */
export function canRunPayloads(tier: Tier): boolean {
  return TIERS.indexOf(tier) <= TIERS.indexOf('T1');
}
