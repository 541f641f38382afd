import { startApi, startHealth, type ApiOptions, type ApiServer, type HealthServer } from '@sandlot/api';
import type { Logger } from 'pino';
import type { ServiceConfig } from '../config/read-config.js';
import { watchKeys, type WatchedKeys } from '../keys/watch-keys.js';
import { addWorker } from './add-worker.js';
import { CloseStack } from './close-stack.js';
import type { ServiceFacts } from './describe-service.js';
import { openBase, type Base, type ServiceOptions } from './open-base.js';
import { openWorkerSandbox, type WorkerSandbox } from './open-worker-sandbox.js';

export interface RunningService {
  readonly facts: ServiceFacts;
  /** Refuses new jobs, lets running ones end within the configured grace, gives the rest back, closes all. */
  close(): Promise<void>;
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
    return await startParts(options, closing);
  } catch (error) {
    await closing.close().catch((err: unknown) => options.logger.warn({ err }, 'while giving up the start'));
    throw error;
  }
}

async function startParts(options: ServiceOptions, closing: CloseStack): Promise<RunningService> {
  const { parts, config, version } = options;
  const base = await openBase(options, closing);
  const sandbox = parts.has('worker') ? await startSandbox(base) : undefined;
  const health = config.healthListen === undefined ? undefined : await addHealth(base, sandbox);
  const api = parts.has('api') ? await addApi(base, sandbox) : undefined;
  const worker = sandbox === undefined ? undefined : await addWorker(base, sandbox);
  if (api !== undefined) closing.push(async () => await drainApi(api, options, worker !== undefined));
  if (health !== undefined) closing.push(async () => health.drain());
  return {
    facts: {
      version,
      dataDir: config.dataDir,
      queue: config.queue,
      ...(api === undefined ? {} : { address: api.address, hasKeys: config.apiKeysFile !== undefined }),
      ...(health === undefined ? {} : { health: health.address }),
      ...(worker === undefined ? {} : { worker }),
    },
    close: async () => await closing.close(),
  };
}

async function startSandbox({ config, version, closing }: Base): Promise<WorkerSandbox> {
  const opened = await openWorkerSandbox(config, version);
  if ('sandbox' in opened) closing.push(async () => await opened.sandbox.close());
  return opened;
}

/** What the service tells of itself, and why its worker takes no jobs, if that is so. */
function describeHealth(
  { version }: Base,
  worker: WorkerSandbox | undefined,
): Pick<ApiOptions, 'info' | 'ready'> {
  if (worker === undefined) return { info: () => ({ version }), ready: async () => undefined };
  if ('standstill' in worker) {
    const { tier, reason } = worker.standstill;
    return { info: () => ({ version, tier }), ready: async () => reason };
  }
  const { abilities, slots } = worker.sandbox;
  return { info: () => ({ version, tier: abilities.tier, slots }), ready: async () => undefined };
}

async function addHealth(base: Base, worker: WorkerSandbox | undefined): Promise<HealthServer | undefined> {
  const { queue, registry, logger, config, closing } = base;
  if (config.healthListen === undefined) return undefined;
  const about = describeHealth(base, worker);
  const health = await startHealth({ queue, registry, logger, listen: config.healthListen, ...about });
  closing.push(async () => await health.close());
  return health;
}

async function addApi(base: Base, worker: WorkerSandbox | undefined): Promise<ApiServer> {
  const { queue, store, registry, logger, config, closing } = base;
  const { listen, maxima, allowUnenforced, bodyBytes, connections, waits } = config;
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
    ...(worker !== undefined && 'sandbox' in worker ? { abilities: worker.sandbox.abilities } : {}),
    allowUnenforced,
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
    ...describeHealth(base, worker),
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
