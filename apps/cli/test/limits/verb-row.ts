import type { LimitName, Limits, Mechanism, Outcome, RequestedLimits, StepUsage } from '@sandlot/contract';
import type { LimitsTier } from '../support/limits-service.js';

/** One attempt of the hostile payload program to pass a limit. */
export interface VerbRow {
  /** A verb of libs/testing/payload with its arguments, or a line of shell that begins with one. */
  readonly verb: string;
  /** What the job asks for, beside {@link BASE_LIMITS}. */
  readonly limits: RequestedLimits;
  readonly expected: Readonly<Record<LimitsTier, VerbEnd>>;
}

/** How it must end. */
export interface VerbEnd {
  readonly outcome: OutcomeText;
  /** All of stdout. */
  readonly stdout?: RegExp;
  /** The lowest and the highest figure that can be right. */
  readonly usage?: Readonly<Partial<Record<keyof StepUsage | 'cpuMs', readonly [number, number]>>>;
}

/** An outcome without the limit in it, which stands in the row already. */
export type OutcomeText =
  | `exited ${number}`
  | `signaled ${string}`
  | `timed-out ${'wall' | 'cpu' | 'idle'}`
  | `output-exceeded ${'stdout' | 'stderr'}`
  | 'memory-exceeded'
  | 'disk-exceeded'
  | 'process-limit';

const MiB = 1 << 20;

/** Small, so that a hostile program meets them soon. */
export const BASE_LIMITS: RequestedLimits = {
  wallTimeMs: 15_000,
  cpuTimeMs: 10_000,
  memoryBytes: 32 * MiB,
  pids: 20,
  diskBytes: 8 * MiB,
  fileBytes: 1024 * MiB,
};

/** The outcome that a text means under these limits. */
export function toOutcome(text: OutcomeText, limits: RequestedLimits): Outcome {
  const { wallTimeMs, cpuTimeMs, idleTimeMs, memoryBytes, diskBytes, outputBytes, pids } = limits as Limits;
  switch (text) {
    case 'timed-out wall':
      return { kind: 'timed-out', clock: 'wall', limitMs: wallTimeMs };
    case 'timed-out cpu':
      return { kind: 'timed-out', clock: 'cpu', limitMs: cpuTimeMs };
    case 'timed-out idle':
      return { kind: 'timed-out', clock: 'idle', limitMs: idleTimeMs ?? 0 };
    case 'output-exceeded stdout':
      return { kind: 'output-exceeded', stream: 'stdout', limitBytes: outputBytes };
    case 'output-exceeded stderr':
      return { kind: 'output-exceeded', stream: 'stderr', limitBytes: outputBytes };
    case 'memory-exceeded':
      return { kind: 'memory-exceeded', limitBytes: memoryBytes };
    case 'disk-exceeded':
      return { kind: 'disk-exceeded', limitBytes: diskBytes };
    case 'process-limit':
      return { kind: 'process-limit', limit: pids };
    default: {
      const [kind, detail = ''] = text.split(' ');
      return kind === 'signaled' ? { kind, signal: detail } : { kind: 'exited', exitCode: Number(detail) };
    }
  }
}

/** What may hold a limit on a tier, and be named in `enforcement`. */
export const HELD_BY: Readonly<Record<LimitsTier, Partial<Record<LimitName, readonly Mechanism[]>>>> = {
  T0: {
    wallTimeMs: ['supervisor'],
    cpuTimeMs: ['cgroup', 'supervisor'],
    idleTimeMs: ['cgroup', 'supervisor'],
    memoryBytes: ['cgroup'],
    pids: ['cgroup'],
    outputBytes: ['supervisor'],
    diskBytes: ['tmpfs'],
    inodes: ['tmpfs'],
    cpuCores: ['cgroup'],
    cpuWeight: ['cgroup'],
    ioBytesPerSecond: ['cgroup'],
  },
  T1: {
    wallTimeMs: ['supervisor'],
    cpuTimeMs: ['supervisor', 'sampled'],
    idleTimeMs: ['supervisor', 'sampled'],
    memoryBytes: ['sampled'],
    pids: ['rlimit'],
    outputBytes: ['supervisor'],
    diskBytes: ['tmpfs'],
    inodes: ['tmpfs'],
  },
};
