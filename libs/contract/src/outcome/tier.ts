import { z } from 'zod';

/**
 * How well cells are isolated, from best to worst. `T0`: everything holds. `T1`: no cgroup of their own holds CPU, memory and
 * processes. `T2`: no fresh /proc. `T3`: no mounts. `T4`: no namespaces, and WASI jobs alone.
 */
export const TIERS = ['T0', 'T1', 'T2', 'T3', 'T4'] as const;
export type Tier = (typeof TIERS)[number];

export const tierSchema = z.enum(TIERS).meta({
  id: 'Tier',
  description:
    'How well the job was isolated. T0: namespaces, and cgroups hold its limits. T1: namespaces; not all of CPU, memory and processes are held by cgroups. T4: no namespaces, which only WASI jobs can do without.',
});
