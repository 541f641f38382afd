import { z } from 'zod';

const ms = z.number().min(0);
const count = z.int().min(0);

/**
 * What a step used. Times are milliseconds (fractions allowed), sizes are bytes. A figure that nothing could
 * measure is absent, never 0.
 */
export const stepUsageSchema = z
  .object({
    wallMs: ms.meta({ description: 'From exec to the end of the last process, CLOCK_MONOTONIC.' }),
    cpuUserMs: ms,
    cpuSystemMs: ms,
    memoryPeakBytes: count.optional().meta({
      description:
        'With a cgroup the peak of the whole cell until now; without, the highest of what was sampled and the largest resident set of one process.',
    }),
    processesPeak: count.optional().meta({
      description: 'Processes and threads at once; without a cgroup the highest number that was sampled.',
    }),
    forksRefused: count.optional().meta({
      description: 'Forks and new threads refused for the limit `pids`. Known with a cgroup alone.',
    }),
    diskUsedBytes: count.optional().meta({
      description: 'What the files in /box, /tmp and /dev/shm take at the end of the step.',
    }),
    outputBytes: count.meta({ description: 'Bytes kept of stdout and stderr together.' }),
  })
  .meta({ id: 'StepUsage' });

/** Usage of a job: the sum over its steps (peaks: the largest), and what Sandlot itself needed. */
export const jobUsageSchema = stepUsageSchema
  .extend({
    queueMs: ms.meta({ description: 'From acceptance to the lease of the last attempt.' }),
    setupMs: ms.meta({ description: 'From the lease until the first step ran: cell, files.' }),
  })
  .meta({ id: 'JobUsage' });

export type StepUsage = z.infer<typeof stepUsageSchema>;
export type JobUsage = z.infer<typeof jobUsageSchema>;
