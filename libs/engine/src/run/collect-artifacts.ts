import type { ArtifactRequest, Outcome } from '@sandlot/contract';
import { classifyArtifacts } from '../outcome/classify-artifacts.js';
import type { Cell, Collection } from '../sandbox/sandbox.js';

/** What a job ended as, its artifacts considered. */
export interface CollectedArtifacts {
  readonly outcome: Outcome;
  readonly artifacts: Collection;
}

/**
 * Takes out of a cell what the job asked for, after its last step. Those of a job that failed too: they often say
 * why. Of one that was cancelled nobody waits for them.
 *
 * @throws {InfrastructureError} if Sandlot failed.
 */
export async function collectArtifacts(
  cell: Cell,
  requests: readonly ArtifactRequest[],
  outcome: Outcome,
  signal: AbortSignal,
): Promise<CollectedArtifacts> {
  if (requests.length === 0) return { outcome, artifacts: { files: [], leftOut: [] } };
  const paths = requests.map(({ path }) => path);
  const artifacts = outcome.kind === 'cancelled' ? notCollected(paths) : await cell.collect(paths, signal);
  return { outcome: classifyArtifacts(outcome, requests, artifacts.leftOut, signal.aborted), artifacts };
}

/** When nobody could, or should, look for any of the files. */
export function notCollected(paths: readonly string[]): Collection {
  return {
    files: [],
    leftOut: paths.map((path) => ({ path, requested: path, reason: 'not-collected' })),
  };
}
