import { reportOnce } from './error/report-once.js';

/** What both queues can be told. */
export interface QueueOptions {
  /** How long a worker may be silent before its jobs go to another one. Unit: ms. @default 15_000, at least 100 */
  readonly lockMs?: number;
  /** How often jobs of silent workers are looked for. Unit: ms. @default 5_000, at least 50 */
  readonly stalledCheckMs?: number;
  /** How long, and how many, finished jobs are kept. */
  readonly retention?: Retention;
  /** Spreads retries: from 0 (inclusive) to 1 (exclusive). @default Math.random */
  readonly random?: () => number;
  /** Told of failures that no call can report. The app logs them. @default process.emitWarning */
  readonly onError?: (error: Error) => void;
}

export interface Retention {
  /** Unit: ms. @default 86_400_000 (24 h) */
  readonly ageMs?: number;
  /** Jobs per kind of end (with a result, or dead); the oldest go first. @default no bound */
  readonly count?: number;
}

export interface ResolvedOptions {
  readonly lockMs: number;
  readonly stalledCheckMs: number;
  readonly retention: { readonly ageMs: number; readonly count?: number };
  readonly random: () => number;
  readonly onError: (error: Error) => void;
}

/** Fills in defaults. @throws {RangeError} naming the option and its range. */
export function resolveOptions(options: QueueOptions): ResolvedOptions {
  const { retention = {} } = options;
  return {
    lockMs: atLeast(100, 'lockMs', options.lockMs ?? 15_000),
    stalledCheckMs: atLeast(50, 'stalledCheckMs', options.stalledCheckMs ?? 5_000),
    retention: {
      ageMs: atLeast(1, 'retention.ageMs', retention.ageMs ?? 86_400_000),
      ...(retention.count === undefined ? {} : { count: atLeast(1, 'retention.count', retention.count) }),
    },
    random: options.random ?? Math.random,
    onError: reportOnce(options.onError ?? ((error) => process.emitWarning(error))),
  };
}

function atLeast(least: number, name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`Queue option ${name} must be an integer of at least ${least}, got ${value}`);
}
