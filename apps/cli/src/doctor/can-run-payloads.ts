import type { Tier } from '@sandlot/contract';
import { isWorseTier } from '@sandlot/engine';

/** Whether native programs run on a host of this tier. */
export function canRunPayloads(tier: Tier): boolean {
  return !isWorseTier(tier, 'T1');
}
