import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeJobQueue } from '@sandlot/testing';
import { openEmbeddedQueue, type EmbeddedQueueOptions } from '../src/create-embedded-queue.js';

describeEmbedded('embedded');
// Every finished job goes to disk at once, and the journal is compacted all the time.
describeEmbedded('embedded, with nothing finished in memory', {
  residentBytes: 0,
  segmentBytes: 4_096,
  compactBytes: 10_000,
});

function describeEmbedded(name: string, sizes: Partial<EmbeddedQueueOptions> = {}): void {
  describeJobQueue(name, async (options) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sandlot-queue-'));
    const { queue, backing } = await openEmbeddedQueue({ dataDir, ...options, ...sizes });
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
}
