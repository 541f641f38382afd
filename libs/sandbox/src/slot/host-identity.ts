/** What uid and gid 0 of a slot's user namespace are outside of it. */
export interface HostIdentity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * First of the host uids for slots of a worker that runs as root, in a range that no allocator hands out
 * (systemd's UIDS-GIDS document: 1879048192–2147483647 unused): one block a process, one uid a slot. Processes
 * whose pids differ by a multiple of 2^18 share a block, as may those of different pid namespaces.
 */
const FIRST_UID = 1_879_048_192;
const UIDS_PER_WORKER = 1024;
const WORKERS = 2 ** 18;

/** Who this process is. */
export interface WorkerIdentity extends HostIdentity {
  readonly pid: number;
}

/** @throws on a system without user ids: Sandlot runs on Linux. */
export function workerIdentity(): WorkerIdentity {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  if (uid === undefined || gid === undefined)
    throw new Error('Sandlot needs Linux: this system has no user ids');
  return { uid, gid, pid: process.pid };
}

/**
 * The identity of slot `index`. An unprivileged worker can map only itself; a worker that is really root never
 * maps uid 0, so that a payload is nobody on the host.
 */
export function hostIdentity(index: number, worker: WorkerIdentity): HostIdentity {
  if (worker.uid !== 0) return { uid: worker.uid, gid: worker.gid };
  const id = FIRST_UID + (worker.pid % WORKERS) * UIDS_PER_WORKER + (index % UIDS_PER_WORKER);
  return { uid: id, gid: id };
}
