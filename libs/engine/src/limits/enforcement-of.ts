import { LIMIT_NAMES, type Enforcement, type LimitName, type Limits, type Runtime } from '@sandlot/contract';
import type { SandboxAbilities } from '../sandbox/sandbox.js';
import type { JobLimits } from './resolve-job-limits.js';

type Holding = Pick<SandboxAbilities, 'enforcement'>;

/** Of a module, calls are on the stack of what runs it, and files are opened by it. */
const ENGINE_HOLDS = { stackBytes: 'engine', openFiles: 'engine' } as const satisfies Enforcement;

/** What holds each limit that a job has, in one of its steps at least. */
export function enforcementOf(
  steps: readonly Limits[],
  { enforcement }: Holding,
  runtime: Runtime = 'native',
): Enforcement {
  const held = runtime === 'wasi' ? { ...enforcement, ...ENGINE_HOLDS } : enforcement;
  const has = (name: LimitName) => steps.some((limits) => limits[name] !== undefined);
  return Object.fromEntries(LIMIT_NAMES.filter(has).map((name) => [name, held[name]]));
}

/** A limit that nothing can hold, with its place in the spec: `limits.cpuCores`, `steps[1].limits.cpuCores`. */
export interface UnheldLimit {
  readonly field: string;
  readonly limit: LimitName;
  readonly value: number;
}

/** The limits of a job that nothing can hold here. What all steps have from the job is named once. */
export function unheldLimits({ limits, steps }: JobLimits, abilities: Holding): readonly UnheldLimit[] {
  const isOwn = ({ limit }: UnheldLimit) => limits[limit] === undefined;
  return [
    ...unheldIn('limits', limits, abilities),
    ...steps.flatMap((step, index) => unheldIn(`steps[${index}].limits`, step, abilities).filter(isOwn)),
  ];
}

function unheldIn(place: string, limits: Limits, { enforcement }: Holding): readonly UnheldLimit[] {
  return LIMIT_NAMES.flatMap((limit) => {
    const value = limits[limit];
    if (value === undefined || enforcement[limit] !== 'none') return [];
    return [{ field: `${place}.${limit}`, limit, value }];
  });
}
