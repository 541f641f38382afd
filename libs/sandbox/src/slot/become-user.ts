import { chownSync } from 'node:fs';
import { join } from 'node:path';
import { InfrastructureError } from '@sandlot/engine';
import { errnoOf } from '../cgroup/cgroup-file.js';
import { findOwnSubtree } from '../cgroup/find-subtree.js';
import { libraryCause } from '../doctor/cause/library-cause.js';
import { explain, joinTexts } from '../doctor/explain.js';
import { tryLibrary } from '../native/try-library.js';
import type { HostIdentity } from './host-identity.js';

/** What whoever is given a cgroup must own (cgroups(7), "Cgroup delegation"). */
const DELEGATED = ['', 'cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control'];

/** Where cgroups cannot be given away: the doctor says so, and the worker does without. */
const REFUSALS = ['EROFS', 'EPERM', 'EACCES', 'ENOENT'];

/**
 * Gives the cgroup that this process was started in to an ordinary user, and becomes it. For containers of crun, which
 * makes root of the container the owner of its cgroup, whoever its process is. A process that is that user already stays it.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` if it cannot, with the remedy.
 */
export async function becomeUser(user: HostIdentity): Promise<void> {
  const uid = process.geteuid?.();
  if (uid === user.uid) return;
  const failure = uid === 0 ? await tryLibrary() : undefined;
  if (failure !== undefined) throw refusal(user, joinTexts([explain(libraryCause(failure))]));
  if (uid !== 0) throw refusal(user, `Only uid 0 can, and this is uid ${uid}. Start it as either.`);
  giveOwnCgroup(user);
  const { becomeIds } = await import('../native/library.js');
  try {
    becomeIds(user.uid, user.gid);
  } catch (error) {
    const { message } = toError(error);
    throw refusal(user, `${message}. Kubernetes: \`capabilities: { add: [CHOWN, SETGID, SETUID] }\`.`);
  }
}

function giveOwnCgroup({ uid, gid }: HostIdentity): void {
  const found = findOwnSubtree();
  if ('errno' in found) return;
  try {
    for (const name of DELEGATED) chownSync(join(found.directory, name), uid, gid);
  } catch (error) {
    if (!REFUSALS.includes(errnoOf(error))) throw error;
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function refusal({ uid, gid }: HostIdentity, why: string): InfrastructureError {
  return new InfrastructureError(
    'sandbox-setup-failed',
    `Cannot become uid ${uid} and gid ${gid} (SANDLOT_RUN_AS). ${why}`,
  );
}
