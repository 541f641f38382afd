import { Gauge, type Registry } from 'prom-client';
import type { SandboxAbilities } from '@sandlot/engine';

/** Shows what this worker can do: one series of value 1 for its tier, and one for each limit with what holds it. */
export function showAbilities({ tier, enforcement }: SandboxAbilities, registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'sandlot_isolation_tier',
    help: 'Isolation tier of this worker, T0 (everything holds) to T4 (no namespaces).',
    labelNames: ['tier'],
    registers,
  }).set({ tier }, 1);
  const held = new Gauge({
    name: 'sandlot_limit_enforcement',
    help: 'What holds each limit on this worker; none if nothing can.',
    labelNames: ['limit', 'mechanism'],
    registers,
  });
  for (const [limit, mechanism] of Object.entries(enforcement)) held.set({ limit, mechanism }, 1);
}
