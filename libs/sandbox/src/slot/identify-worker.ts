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
  if (option === 'require') return await requireIds(alone, worker);
  if (worker === alone) return alone;
  // Whatever keeps it from being tried keeps it from being done: the doctor tells.
  const isMapped = await tryIds(alone, worker).then(
    ({ failure }) => failure === undefined,
    () => false,
  );
  return isMapped ? worker : alone;
}

async function requireIds(alone: WorkerIdentity, worker: WorkerIdentity): Promise<WorkerIdentity> {
  const { failure, notes } = await tryIds(alone, worker);
  if (failure === undefined) return worker;
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
