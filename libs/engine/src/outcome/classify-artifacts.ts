import { isSuccess, type ArtifactRequest, type LeftOutReason, type Outcome } from '@sandlot/contract';
import type { LeftOutFile } from '../sandbox/sandbox.js';

/** Found below a requested directory these are passed over: what was asked for is its regular files. */
const NOT_ASKED_FOR: ReadonlySet<LeftOutReason> = new Set(['symbolic-link', 'special-file']);

/**
 * Says how a job ended whose steps ended with `outcome`, by what was left out of its artifacts. The first cause
 * wins: only a job that succeeded can fail for an artifact, and it does unless all it required came out whole.
 *
 * @param isCancelled the job was ended early. If that broke its collection off, it had not ended by itself before.
 */
export function classifyArtifacts(
  outcome: Outcome,
  requests: readonly ArtifactRequest[],
  leftOut: readonly LeftOutFile[],
  isCancelled: boolean,
): Outcome {
  if (isCancelled && leftOut.some(({ reason }) => reason === 'not-collected')) return { kind: 'cancelled' };
  if (!isSuccess(outcome)) return outcome;
  const required = new Set(requests.filter(({ optional }) => !optional).map(({ path }) => path));
  const lacking = leftOut.find((file) => required.has(file.requested) && isLack(file));
  return lacking === undefined ? outcome : { kind: 'artifact-missing', path: lacking.path };
}

function isLack({ path, requested, reason }: LeftOutFile): boolean {
  return path === requested || !NOT_ASKED_FOR.has(reason);
}
