import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Memory, CPU, descriptors, event loop. The composing app may have them in its registry already. */
export function measureProcess(registry: Registry): void {
  if (registry.getSingleMetric('process_cpu_seconds_total') !== undefined) return;
  collectDefaultMetrics({ register: registry });
}
