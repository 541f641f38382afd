import type { Random } from './random.js';

/** One tenant, or many that behave alike. */
export interface Tenant {
  /** Part of all jobs. The parts of a mix add up to 1. */
  readonly share: number;
  /** Jobs that are submitted together. */
  readonly batch: number;
  /** How long a slot is taken: its median, and the spread of its logarithm. */
  readonly medianMs: number;
  readonly sigma: number;
}

export interface TenantMix {
  readonly name: string;
  readonly tenants: readonly Tenant[];
}

/** What people run: short programs of models, tests of students in batches, builds. */
export const MIXES: readonly TenantMix[] = [
  { name: 'snippets', tenants: [{ share: 1, batch: 1, medianMs: 300, sigma: 1 }] },
  {
    name: 'judge',
    tenants: [
      { share: 0.3, batch: 1, medianMs: 1_000, sigma: 0.8 },
      { share: 0.7, batch: 20, medianMs: 500, sigma: 0.8 },
    ],
  },
  {
    name: 'builds',
    tenants: [
      { share: 0.8, batch: 1, medianMs: 500, sigma: 1 },
      { share: 0.2, batch: 1, medianMs: 15_000, sigma: 1 },
    ],
  },
];

/** How long a job of the mix takes a slot, on average. Unit: ms. */
export function meanServiceMs({ tenants }: TenantMix): number {
  return tenants.reduce(
    (sum, { share, medianMs, sigma }) => sum + share * medianMs * Math.exp(sigma ** 2 / 2),
    0,
  );
}

/** A group of jobs that arrive at once. */
export interface Arrival {
  readonly atMs: number;
  readonly tenant: Tenant;
}

/** Arrivals of a mix in order: Poisson processes of batches, one for each tenant, seen as one. */
export function* arrivalsOf(
  { tenants }: TenantMix,
  jobsPerSecond: number,
  random: Random,
): Generator<Arrival> {
  const rates = tenants.map(({ share, batch }) => (share * jobsPerSecond) / batch);
  const all = rates.reduce((sum, rate) => sum + rate, 0);
  for (let atMs = random.exponential(1_000 / all); ; atMs += random.exponential(1_000 / all)) {
    let left = random.next() * all;
    const index = rates.findIndex((rate) => (left -= rate) < 0);
    const tenant = tenants[index] ?? tenants.at(-1);
    if (tenant !== undefined) yield { atMs, tenant };
  }
}
