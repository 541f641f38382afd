import { InfrastructureError } from '@sandlot/engine';
import { findCause } from '../doctor/cause/find-cause.js';
import { explain, joinTexts, type Explanation } from '../doctor/explain.js';
import type { ProbeVerdict } from '../doctor/probe-line.js';
import { ownHost, readHost } from '../doctor/read-host.js';
import { runProbes } from '../doctor/run-probes.js';
import { hostIdentity, workerIdentity, type WorkerIdentity } from './host-identity.js';
import { rangesWithin } from './id-map.js';
import { readSubordinateIds } from './subordinate-ids.js';

/** Whether slots of a plain user get ids of its subordinate ranges: if it works, never, or else nothing starts. */
export type SubordinateIds = 'auto' | 'off' | 'require';

/**
 * Who this process is, with the ids that its slots get. Whether subordinate ones can be mapped is found out by doing
 * it.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed`, with reason and remedy, if `require` and slots would share the
 * worker's uid.
 */
export async function identifyWorker(option: SubordinateIds): Promise<WorkerIdentity> {
  const alone = workerIdentity();
  if (option === 'off' || hostIdentity(0, alone).uid !== alone.uid) return alone;
  const worker = withSubordinateIds(alone, option);
  if (option === 'auto' && worker === alone) return alone;
  const { failure, notes } = await tryIds(alone, worker);
  if (failure === undefined) return worker;
  if (option === 'auto') return alone;
  const cause = findCause({ ability: 'sub-ids', ...failure, notes, isProven: false }, readHost());
  throw refusal(cause, `${failure.step}: ${failure.errno}`);
}

/** The worker with ranges for its slots, if it has some that exist here and may use them. Nothing is tried. */
export function withSubordinateIds(worker: WorkerIdentity, option: SubordinateIds): WorkerIdentity {
  if (worker.uid === 0 || option === 'off') return worker;
  const ids = readSubordinateIds(ownHost());
  const uids = rangesWithin(ids.uids, worker.maps.uids);
  const gids = rangesWithin(ids.gids, worker.maps.gids);
  return uids.length > 0 && gids.length > 0 ? { ...worker, subordinate: { uids, gids } } : worker;
}

/** Has a user namespace mapped as that of a first slot will be. */
async function tryIds(alone: WorkerIdentity, worker: WorkerIdentity): Promise<ProbeVerdict> {
  const verdicts = await runProbes({ identity: alone, slot: hostIdentity(0, worker), names: ['sub-ids'] });
  return verdicts.get('sub-ids') ?? { notes: {} };
}

function refusal(cause: Explanation, failure: string): InfrastructureError {
  return new InfrastructureError(
    'sandbox-setup-failed',
    `SANDLOT_SUBORDINATE_IDS=require asks for a host uid of its own for each slot (${failure}). ${joinTexts([explain(cause)])}`,
  );
}
