import { Registry } from 'prom-client';
import { resolveLimits } from '@sandlot/engine';
import type { FastifyInstance } from 'fastify';
import type { ApiContext } from './api-context.js';
import type { ApiOptions } from './api-options.js';
import { buildApp } from './build-app.js';
import { measureJobs } from './metrics/job-metrics.js';
import { measureProcess } from './metrics/process-metrics.js';
import { listen } from './server/listen.js';
import { AnswerRoom } from './server/answer-room.js';
import { RequestScopes } from './server/request-scopes.js';

const BODY_BYTES = 64 * 1024 * 1024;
/** So many of the largest bodies are held at once. */
const BODIES = 4;
const CONNECTIONS = 2_048;
const WAITS = 1_024;
const ANSWERS_BYTES = 128 * 1024 * 1024;
const HEARTBEAT_MS = 15_000;
const CLOSE_GRACE_MS = 5_000;
const IDLE_SWEEP_MS = 20;

/** A running API. Queue and store stay the caller's; close them after it. */
export interface ApiServer {
  /** `http://127.0.0.1:7420`, or `unix:/path/of/socket`: what `createClient` takes as `baseUrl`. */
  readonly address: string;
  /**
   * Takes no new jobs (503 `shutting-down`, and /readyz says so) and answers everything else as before: clients can
   * follow, fetch and cancel the jobs that still end. Call it before the worker is closed. Resolves when no request
   * waits for a job and no event stream is open any more, after `waitMs` at the latest; `close` ends the rest.
   */
  drain(options: {
    /** Unit: ms. With 0 it resolves at once. */
    readonly waitMs: number;
  }): Promise<void>;
  /**
   * Drains, stops to listen, and ends waits (202 with the job as it is) and event streams (the client comes back with
   * Last-Event-ID); those whose job has ended come to their own end. What is not done within `closeGraceMs` is cut.
   * Resolves when no connection is left. Call it once the worker is closed, so that every job has come to its state.
   */
  close(): Promise<void>;
}

/**
 * Starts the HTTP service.
 *
 * @throws {Error} if it cannot listen: the message says where, why and what to do.
 * @throws {RangeError} if a maximum is below what its limit can be.
 */
export async function startApi(options: ApiOptions): Promise<ApiServer> {
  const { queue, store, info, ready, logger, bodyBytes = BODY_BYTES } = options;
  // A maximum that cannot be is an error of the operator, to be told now and not with the first job.
  resolveLimits({}, options.maxima);
  const context: ApiContext = {
    queue,
    store,
    listen: options.listen,
    info,
    ready,
    ...(options.keys === undefined ? {} : { keys: options.keys }),
    maxima: options.maxima ?? {},
    ...(options.abilities === undefined ? {} : { abilities: options.abilities }),
    allowUnenforced: options.allowUnenforced ?? false,
    bodyBytes,
    bodiesBytes: options.bodiesBytes ?? BODIES * bodyBytes,
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
    registry: options.registry ?? new Registry(),
    connections: options.connections ?? CONNECTIONS,
    scopes: new RequestScopes(options.waits ?? WAITS),
    answers: new AnswerRoom(options.answersBytes ?? ANSWERS_BYTES),
  };
  const app = await buildApp(context, logger);
  measureJobs(queue, context.registry, app.log);
  measureProcess(context.registry);
  const address = await listen(app, options.listen);
  let closed: Promise<void> | undefined;
  return {
    address,
    drain: async ({ waitMs }) => await drainWithin(context.scopes, waitMs),
    close: async () => (closed ??= closeApp(app, context.scopes, options.closeGraceMs ?? CLOSE_GRACE_MS)),
  };
}

async function drainWithin(scopes: RequestScopes, ms: number): Promise<void> {
  const drained = scopes.drain();
  if (ms <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([drained, tooLong]).finally(() => clearTimeout(timer));
}

async function closeApp(app: FastifyInstance, scopes: RequestScopes, graceMs: number): Promise<void> {
  scopes.end();
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  // The server closes what is idle when it is told to close, not what becomes idle while it waits for the rest.
  const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
    clearInterval(sweep);
  }
}
