import { Counter, Gauge, type Registry } from 'prom-client';
import type { RunnerCounts, Sandbox } from '@sandlot/engine';

/** Shows the runners of a sandbox that has any: how many wait, and how many found their job in time. */
export function showRunners(sandbox: Pick<Sandbox, 'runners'>, registry: Registry): void {
  if (sandbox.runners === undefined) return;
  const registers = [registry];
  const count = (name: keyof RunnerCounts) => sandbox.runners?.[name] ?? 0;
  new Gauge({
    name: 'sandlot_runners_waiting',
    help: 'Runners that are started and wait for a WASI job.',
    registers,
    collect() {
      this.set(count('waiting'));
    },
  });
  new Counter({
    name: 'sandlot_runners_taken_total',
    help: 'Runners that were given a WASI job: warm ones were waiting, cold ones had to be started for it.',
    labelNames: ['start'],
    registers,
    collect() {
      this.reset();
      for (const start of ['warm', 'cold'] as const) this.inc({ start }, count(start));
    },
  });
  new Counter({
    name: 'sandlot_runners_failed_total',
    help: 'Runners that could not be started ahead, or ended before they were needed.',
    registers,
    collect() {
      this.reset();
      this.inc(count('failed'));
    },
  });
}
