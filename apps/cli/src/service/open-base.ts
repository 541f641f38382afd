import { join } from 'node:path';
import type { JobQueue, JobStore } from '@sandlot/engine';
import { createQueue } from '@sandlot/queue';
import { createDiskStore } from '@sandlot/store';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import type { ServiceConfig } from '../config/read-config.js';
import type { CloseStack } from './close-stack.js';
import { openDataDir } from './open-data-dir.js';
import type { ServicePart } from './service-part.js';

export interface ServiceOptions {
  readonly parts: ReadonlySet<ServicePart>;
  readonly config: ServiceConfig;
  readonly version: string;
  readonly logger: Logger;
}

/** What the parts share. */
export interface Base extends ServiceOptions {
  readonly queue: JobQueue;
  readonly store: JobStore;
  readonly registry: Registry;
  readonly closing: CloseStack;
}

/** Opens queue and store. */
export async function openBase(options: ServiceOptions, closing: CloseStack): Promise<Base> {
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
