import { readIdMaps, type IdMaps, type IdRange } from './id-map.js';

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
const FIRST_ID = 1_879_048_192;
const IDS_PER_WORKER = 1024;
const WORKERS = 2 ** 18;

/** Who this process is, and which ids it may give to its slots. */
export interface WorkerIdentity extends HostIdentity {
  readonly pid: number;
  /** Ids that exist in its user namespace. */
  readonly maps: IdMaps;
  /** Of a plain user: ids that it has beside its own, at least one of each kind. */
  readonly subordinate?: IdMaps;
}

/** @throws on a system without user ids: Sandlot runs on Linux. */
export function workerIdentity(): WorkerIdentity {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  if (uid === undefined || gid === undefined)
    throw new Error('Sandlot needs Linux: this system has no user ids');
  return { uid, gid, pid: process.pid, maps: readIdMaps() };
}

/**
 * The identity of slot `index`. A plain user's worker takes one of its subordinate ids, and can map only itself where
 * it has none. One that is root never maps uid 0, so that a payload is nobody on the host. In a range or in a
 * container's user namespace ids come from the upper half of what there is: the lower one is that of accounts, of the
 * container or of those that the same user starts. Only where there is nothing but uid 0 is that mapped: it is an
 * ordinary user outside.
 */
export function hostIdentity(index: number, worker: WorkerIdentity): HostIdentity {
  const { uid, gid, pid, maps, subordinate } = worker;
  const ids = uid === 0 ? maps : subordinate;
  if (ids === undefined) return { uid, gid };
  const place = (pid % WORKERS) * IDS_PER_WORKER + (index % IDS_PER_WORKER);
  return { uid: pickId(place, ids.uids), gid: pickId(place, ids.gids) };
}

function pickId(place: number, ranges: readonly IdRange[]): number {
  if (ranges.some((range) => contains(range, FIRST_ID + place))) return FIRST_ID + place;
  const { first, count } = ranges.reduce((a, b) => (b.count > a.count ? b : a), { first: 0, count: 0 });
  // 65534, which stands for every id that is not mapped, is the last but one of a usual range.
  const upperHalf = Math.floor(count / 2) - 2;
  return upperHalf < 1 ? first : first + count - 3 - (place % upperHalf);
}

function contains({ first, count }: IdRange, id: number): boolean {
  return id >= first && id < first + count;
}
