import type { JobDocument, JobSpecInput } from '@sandlot/contract';
import type { ReceivedEvent } from './events/parse-event.js';

export interface ClientOptions {
  /** Where the service listens: `http://127.0.0.1:7420`, or `unix:/path/of/socket`. */
  readonly baseUrl: string;
  /**
   * The API key, for a service that asks for one: visible ASCII. It goes into the header Authorization of every request
   * and nowhere else. @default none
   */
  readonly apiKey?: string;
  /** Replaces the way requests are made. @default the global fetch, or Node's HTTP client for `unix:` */
  readonly fetch?: typeof fetch;
}

export interface SubmitOptions {
  /** Wait this long for the job to end. Unit: s, 0–60. @default no waiting */
  readonly waitSeconds?: number;
  /** A name of your own for this request (1–255 visible ASCII); repeating it gives the same job. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export interface EventsOptions {
  /** Id of the last event known; the stream goes on after it. @default from the beginning */
  readonly after?: string;
  readonly signal?: AbortSignal;
}

/**
 * The HTTP API as functions. Each rejects with a {@link ProblemError} if the service refuses, with a
 * {@link ConnectionError} if it cannot be reached, and with the reason of `signal` if that aborts.
 */
export interface Client {
  /** Submits a job. Its state says whether it has ended already. */
  submit(spec: JobSpecInput, options?: SubmitOptions): Promise<JobDocument>;
  /** The job as it is now. */
  get(id: string, options?: { readonly signal?: AbortSignal }): Promise<JobDocument>;
  /** Asks for the job's end. One that runs is still being killed when this resolves, unless waited for. */
  cancel(
    id: string,
    options?: { readonly waitSeconds?: number; readonly signal?: AbortSignal },
  ): Promise<JobDocument>;
  /**
   * Everything that happened to the job and then whatever happens, up to its end. A lost connection is taken up
   * again where it broke; only one that stays lost for 30 s is an error.
   */
  events(id: string, options?: EventsOptions): AsyncIterable<ReceivedEvent>;
  /** The bytes of one of the job's `artifacts`, by its path; piece by piece, as they come. */
  artifact(
    id: string,
    path: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<AsyncIterable<Uint8Array>>;
  /** Resolves with the finished job, however long it takes. */
  waitFor(id: string, options?: { readonly signal?: AbortSignal }): Promise<JobDocument>;
}
