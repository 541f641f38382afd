import { hostname } from 'node:os';
import { join } from 'node:path';
import { startApi, type ApiServer } from '@sandlot/api';
import type { JobQueue, JobStore, Sandbox } from '@sandlot/engine';
import { createQueue } from '@sandlot/queue';
import { createDiskStore } from '@sandlot/store';
import { startWorker } from '@sandlot/worker';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { ServiceConfig } from '../config/read-config.js';
import { watchKeys, type WatchedKeys } from '../keys/watch-keys.js';
import { openSandbox } from '../sandbox/open-sandbox.js';
import { CloseStack } from './close-stack.js';
import type { ServiceFacts } from './describe-service.js';
import { openDataDir } from './open-data-dir.js';
import { refuseUnheldMaxima } from './refuse-unheld-maxima.js';
import type { ServicePart } from './service-part.js';

const LONGEST_SWEEP_MS = 60_000;

export interface ServiceOptions {
  readonly parts: ReadonlySet<ServicePart>;
  readonly config: ServiceConfig;
  readonly version: string;
  readonly logger: Logger;
}

export interface RunningService {
  readonly facts: ServiceFacts;
  /** Refuses new jobs, lets running ones end within the configured grace, gives the rest back, closes all. */
  close(): Promise<void>;
}

/** What the parts share. */
interface Base extends ServiceOptions {
  readonly queue: JobQueue;
  readonly store: JobStore;
  readonly registry: Registry;
  readonly closing: CloseStack;
}

/**
 * Puts the service together: first what is most likely to fail, last the worker, so that no job has begun when
 * anything fails. It closes in the opposite order, but that the API first refuses new jobs.
 *
 * @throws {Error} worded for the operator; everything begun until then is closed again.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const closing = new CloseStack();
  try {
    const base = await openBase(options, closing);
    const sandbox = options.parts.has('worker') ? await startSandbox(base) : undefined;
    const api = options.parts.has('api') ? await addApi(base, sandbox) : undefined;
    const worker = sandbox === undefined ? undefined : await addWorker(base, sandbox);
    if (api !== undefined) closing.push(async () => await drainApi(api, options, worker !== undefined));
    const { config } = options;
    const { dataDir, queue } = config;
    return {
      facts: {
        version: options.version,
        dataDir,
        queue,
        ...(api === undefined ? {} : { address: api.address, hasKeys: config.apiKeysFile !== undefined }),
        ...(worker === undefined ? {} : { worker }),
      },
      close: async () => await closing.close(),
    };
  } catch (error) {
    await closing.close().catch((err: unknown) => options.logger.warn({ err }, 'while giving up the start'));
    throw error;
  }
}

async function openBase(options: ServiceOptions, closing: CloseStack): Promise<Base> {
  const { config, logger } = options;
  await openDataDir(config.dataDir);
  const queue = await createQueue({
    url: config.queue,
    dataDir: config.dataDir,
    retention: config.retention,
    onError: (error) => logger.error({ err: error }, 'the queue failed'),
  });
  closing.push(async () => await queue.close());
  const store = await createDiskStore({ directory: join(config.dataDir, 'blobs') });
  return { ...options, queue, store, registry: new Registry(), closing };
}

async function startSandbox({ config, closing }: Base): Promise<Sandbox> {
  const sandbox = await openSandbox(config, config.concurrency);
  closing.push(async () => await sandbox.close());
  refuseUnheldMaxima(config, sandbox.abilities);
  return sandbox;
}

async function addApi(
  { queue, store, registry, logger, config, version, closing }: Base,
  sandbox: Sandbox | undefined,
): Promise<ApiServer> {
  const { listen, maxima, allowUnenforced, bodyBytes, connections, waits } = config;
  const worker = sandbox === undefined ? {} : { tier: sandbox.abilities.tier, slots: sandbox.slots };
  const keys = await openKeys(config, logger, closing);
  const api = await startApi({
    queue,
    store,
    listen,
    logger,
    registry,
    ...(keys === undefined ? {} : { keys: keys.current }),
    connections,
    waits,
    maxima,
    ...(sandbox === undefined ? {} : { abilities: sandbox.abilities }),
    allowUnenforced,
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
    info: () => ({ version, ...worker }),
    ready: async () => undefined,
  });
  closing.push(async () => await api.close());
  return api;
}

async function openKeys(
  { apiKeysFile }: ServiceConfig,
  logger: Logger,
  closing: CloseStack,
): Promise<WatchedKeys | undefined> {
  if (apiKeysFile === undefined) return undefined;
  const keys = await watchKeys(apiKeysFile, logger);
  closing.push(async () => await keys.close());
  return keys;
}

/**
 * From now on new jobs are refused, and clients can follow those that still end. A worker in this process gives them
 * its grace when it closes; jobs that run elsewhere are given the same time here.
 */
async function drainApi(api: ApiServer, { config }: ServiceOptions, hasWorker: boolean): Promise<void> {
  await api.drain({ waitMs: hasWorker ? 0 : config.graceMs });
}

async function addWorker(
  { queue, store, registry, logger, config, closing }: Base,
  sandbox: Sandbox,
): Promise<NonNullable<ServiceFacts['worker']>> {
  const name = `${hostname()}-${process.pid}`;
  const { concurrency, allowUnenforced, graceMs, retention } = config;
  // Blobs shall not outlive their records much, however short these live.
  const sweepMs = Math.min(LONGEST_SWEEP_MS, retention.ageMs);
  const worker = await startWorker({
    queue,
    store,
    sandbox,
    worker: name,
    concurrency,
    allowUnenforced,
    logger,
    registry,
    sweepMs,
  });
  closing.push(async () => await worker.close({ graceMs }));
  return { name, slots: sandbox.slots, abilities: sandbox.abilities };
}
