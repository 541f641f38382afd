import { z } from 'zod';
import { LIMIT_NAMES } from '../limits/limits.js';

/**
 * What held a limit. `cgroup`: the kernel, over the whole cell. `rlimit`: the kernel, over each process.
 * `tmpfs`: the size of a file system. `supervisor`: Sandlot's own clock or counter, which kills at the limit.
 * `sampled`: measured now and then, killed on excess. `engine`: what runs a WebAssembly module, within it. `none`: nothing
 * held it.
 */
export const MECHANISMS = ['cgroup', 'rlimit', 'tmpfs', 'supervisor', 'sampled', 'engine', 'none'] as const;

export const mechanismSchema = z.enum(MECHANISMS);
export type Mechanism = z.infer<typeof mechanismSchema>;

/** For each limit of the job, the mechanism that held it. A limit that the job does not have is not named. */
export const enforcementSchema = z
  .partialRecord(z.enum(LIMIT_NAMES), mechanismSchema)
  .meta({ id: 'Enforcement', description: 'For each limit, the mechanism that held it.' });

export type Enforcement = Readonly<z.infer<typeof enforcementSchema>>;
