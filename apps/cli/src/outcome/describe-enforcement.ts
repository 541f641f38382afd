import type { Enforcement } from '@sandlot/contract';

/** Which mechanism holds which limits: `rlimit: cpuTimeMs, pids; tmpfs: diskBytes`. */
export function describeEnforcement(enforcement: Enforcement): string {
  const byMechanism = new Map<string, string[]>();
  for (const [limit, mechanism] of Object.entries(enforcement)) {
    byMechanism.set(mechanism, [...(byMechanism.get(mechanism) ?? []), limit]);
  }
  return [...byMechanism].map(([mechanism, limits]) => `${mechanism}: ${limits.join(', ')}`).join('; ');
}
