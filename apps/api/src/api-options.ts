import type { Tier } from '@sandlot/contract';
import type { JobQueue, JobStore, LimitMaxima, SandboxAbilities } from '@sandlot/engine';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { KeyRing } from './keys/key-ring.js';

/** Where to listen: a TCP address (port 0: any free one) or the path of a unix socket. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** What the service tells of itself at /healthz and /readyz. */
export interface ServiceInfo {
  readonly version: string;
  /** Isolation tier of the worker in this process; absent without one. */
  readonly tier?: Tier;
  /** Cells that can run at once in this process; absent without a worker. */
  readonly slots?: number;
}

export interface ApiOptions {
  readonly queue: JobQueue;
  readonly store: JobStore;
  readonly listen: ListenAddress;
  readonly logger: Logger;
  /**
   * The API keys without which no request comes to a job or to /metrics. Asked at every request, so that keys may
   * change. @default none: whoever reaches the service may do everything
   */
  readonly keys?: () => KeyRing;
  /** The operator's maxima. A limit not named here has the product's. @default {} */
  readonly maxima?: LimitMaxima;
  /**
   * What holds the limits of jobs, where the worker is in this process: a job with a limit that nothing holds is
   * refused (422). @default unknown: any worker may take the job, and decides
   */
  readonly abilities?: Pick<SandboxAbilities, 'enforcement' | 'seccompProfiles' | 'runtimes'>;
  /** Accepts jobs whatever limits of theirs nothing can hold. @default false */
  readonly allowUnenforced?: boolean;
  /** Largest request body. Unit: bytes. A larger one is refused with 413. @default 67_108_864 (64 MiB) */
  readonly bodyBytes?: number;
  /**
   * Most connections at once. One above is answered with 503 `overloaded`, unless it asks for health or
   * documentation; far above, connections are closed unanswered. @default 2_048
   */
  readonly connections?: number;
  /**
   * Most requests at once that follow a job or wait for one; a tenant has half of them. Above, an event stream is
   * refused with 429 `too-many-streams`, and a submission or cancellation is answered without a wait. @default 1_024
   */
  readonly waits?: number;
  /**
   * Most bytes of request bodies that are held at once, until their jobs are accepted. Above, a body is refused with
   * 503 `overloaded`. @default 4 × bodyBytes
   */
  readonly bodiesBytes?: number;
  /**
   * Most bytes of job output in answers that are held at once, until their clients have taken them. Above, an answer waits, and
   * at last is 503 `overloaded`. @default 128 MiB
   */
  readonly answersBytes?: number;
  readonly info: () => ServiceInfo;
  /** Says why the rest of the process cannot work, or undefined if it can. Asked by /readyz. */
  readonly ready: () => Promise<string | undefined>;
  /** Takes the API's metrics and shows its own at /metrics (tier, slots). @default a registry of its own */
  readonly registry?: Registry;
  /** Pause between heartbeat comments in an event stream. Unit: ms. @default 15_000 */
  readonly heartbeatMs?: number;
  /** How long `close` lets requests under way, and streams of ended jobs, finish. Unit: ms. @default 5_000 */
  readonly closeGraceMs?: number;
}
