import { join } from 'node:path';
import type { HostIdentity } from '../slot/host-identity.js';
import { shareFile } from '../slot/share-file.js';

/** Mode of a cgroup that is shared with a slot: who is born in it or below need not pass through it, others must not. */
export const SHARED_CGROUP_MODE = 0o700;

/** Lets a slot's uid clone processes into a cgroup that nobody but us reaches by its path. */
export function shareProcs(directory: string, slot: HostIdentity): void {
  shareFile(join(directory, 'cgroup.procs'), slot);
}
