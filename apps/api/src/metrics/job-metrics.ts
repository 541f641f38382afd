import { JOB_STATES } from '@sandlot/contract';
import type { JobQueue } from '@sandlot/engine';
import type { FastifyBaseLogger } from 'fastify';
import { Gauge, type Registry } from 'prom-client';

/** Shows how many jobs are in each state, asked of the queue when somebody looks. */
export function measureJobs(queue: JobQueue, registry: Registry, log: FastifyBaseLogger): void {
  new Gauge({
    name: 'sandlot_jobs',
    help: 'Jobs that the queue holds, by state.',
    labelNames: ['state'] as const,
    registers: [registry],
    async collect() {
      this.reset();
      try {
        const counts = await queue.counts();
        for (const state of JOB_STATES) this.set({ state }, counts[state] ?? 0);
      } catch (error) {
        // An absent series says "unknown"; a figure of before would be a lie.
        log.warn({ err: error }, 'could not count the jobs for /metrics');
      }
    },
  });
}
