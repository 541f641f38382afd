import { join } from 'node:path';
import type { JobQueue } from '@sandlot/engine';
import { EmbeddedBacking } from './embedded/embedded-backing.js';
import { guarded } from './error/queue-unavailable.js';
import { BullJobQueue } from './queue/bull-job-queue.js';
import { resolveOptions, type QueueOptions, type ResolvedOptions } from './queue-options.js';
import { DurableState } from './state/durable-state.js';

const MiB = 1024 * 1024;

export interface EmbeddedQueueOptions extends QueueOptions {
  /** The queue lives in its folder `queue`. */
  readonly dataDir: string;
  /** Size from which on the journal is written anew, without what is over. Unit: bytes. @default 32 MiB */
  readonly compactBytes?: number;
  /** What finished jobs may take in memory before they are moved to disk. Unit: bytes. @default 2 MiB */
  readonly residentBytes?: number;
  /** Size from which on a file of finished jobs is left for a new one. Unit: bytes. @default 8 MiB */
  readonly segmentBytes?: number;
}

/**
 * Opens the queue inside this process: state in memory, journal and finished jobs in `<dataDir>/queue`. An accepted job survives
 * `kill -9` and power loss. Jobs that ran when the process died run again; it counts as a lost worker.
 *
 * @throws {InfrastructureError} `queue-unavailable` if another process has the directory, a file in it is damaged,
 * or the disk cannot be written.
 * @throws {RangeError} if an option is out of range.
 */
export async function createEmbeddedQueue(options: EmbeddedQueueOptions): Promise<JobQueue> {
  const { queue } = await openEmbeddedQueue(options);
  return queue;
}

/** {@link createEmbeddedQueue}, with what is underneath: for this library's own tests. */
export async function openEmbeddedQueue(
  options: EmbeddedQueueOptions,
): Promise<{ readonly queue: JobQueue; readonly backing: EmbeddedBacking }> {
  const resolved = resolveOptions(options);
  const directory = join(options.dataDir, 'queue');
  const durableState = await guarded(
    `open the embedded queue in ${directory}`,
    'Check the path, its owner and the free space; SANDLOT_DATA_DIR chooses another one',
    async () => DurableState.open(toStateOptions(directory, options, resolved)),
  );
  const backing = new EmbeddedBacking(durableState, { retentionMs: resolved.retention.ageMs });
  return { queue: new BullJobQueue(backing, resolved), backing };
}

function toStateOptions(
  directory: string,
  { compactBytes = 32 * MiB, residentBytes = 2 * MiB, segmentBytes = 8 * MiB }: EmbeddedQueueOptions,
  { onError }: ResolvedOptions,
) {
  return { directory, compactBytes, residentBytes, segmentBytes, onError };
}
