import { Gauge, type Registry } from 'prom-client';
import type { SandboxAbilities } from '@sandlot/engine';

/** Shows what holds each limit on this worker, a series of value 1 each. */
export function showEnforcement(enforcement: SandboxAbilities['enforcement'], registry: Registry): void {
  const held = new Gauge({
    name: 'sandlot_limit_enforcement',
    help: 'What holds each limit on this worker; none if nothing can.',
    labelNames: ['limit', 'mechanism'],
    registers: [registry],
  });
  for (const [limit, mechanism] of Object.entries(enforcement)) held.set({ limit, mechanism }, 1);
}
