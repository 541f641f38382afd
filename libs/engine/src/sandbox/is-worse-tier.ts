import { TIERS, type Tier } from '@sandlot/contract';

/** Whether less is possible at a tier than at another. */
export function isWorseTier(tier: Tier, than: Tier): boolean {
  return TIERS.indexOf(tier) > TIERS.indexOf(than);
}
