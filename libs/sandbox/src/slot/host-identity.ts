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

/** Who this process is. */
export interface WorkerIdentity extends HostIdentity {
  readonly pid: number;
  readonly maps: IdMaps;
}

/** @throws on a system without user ids: Sandlot runs on Linux. */
export function workerIdentity(): WorkerIdentity {
  const [uid, gid] = [process.geteuid?.(), process.getegid?.()];
  if (uid === undefined || gid === undefined)
    throw new Error('Sandlot needs Linux: this system has no user ids');
  return { uid, gid, pid: process.pid, maps: readIdMaps() };
}

/**
 * The identity of slot `index`. An unprivileged worker can map only itself. One that is root never maps uid 0, so
 * that a payload is nobody on the host; in a container's user namespace it takes ids from the upper half of what
 * there is. Only where there is nothing but uid 0 is that mapped: it is an ordinary user outside.
 */
export function hostIdentity(index: number, { uid, gid, pid, maps }: WorkerIdentity): HostIdentity {
  if (uid !== 0) return { uid, gid };
  const place = (pid % WORKERS) * IDS_PER_WORKER + (index % IDS_PER_WORKER);
  return { uid: pickId(place, maps.uids), gid: pickId(place, maps.gids) };
}

function pickId(place: number, ranges: readonly IdRange[]): number {
  if (ranges.some((range) => contains(range, FIRST_ID + place))) return FIRST_ID + place;
  const { first, count } = ranges.reduce((a, b) => (b.count > a.count ? b : a), { first: 0, count: 1 });
  // 65534, which stands for every id that is not mapped, is the last but one of a usual range.
  const upperHalf = Math.floor(count / 2) - 2;
  return upperHalf < 1 ? first : first + count - 3 - (place % upperHalf);
}

function contains({ first, count }: IdRange, id: number): boolean {
  return id >= first && id < first + count;
}
