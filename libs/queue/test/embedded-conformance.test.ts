import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeJobQueue } from '@sandlot/testing';
import { openEmbeddedQueue } from '../src/create-embedded-queue.js';

describeJobQueue('embedded', async (options) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandlot-queue-'));
  const { queue, backing } = await openEmbeddedQueue({ dataDir, ...options });
  return {
    queue,
    loseLock: async (jobId) => {
      backing.store.locks.delete(jobId);
      return Promise.resolve();
    },
    destroy: async () => {
      await queue.close();
      await rm(dataDir, { recursive: true });
    },
  };
});
