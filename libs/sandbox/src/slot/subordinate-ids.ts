import type { IdMaps, IdRange } from './id-map.js';

/** Where subordinate ids are looked up, and for whom. */
export interface SubordinateIdsReader {
  /** The text of a file; undefined if there is none that we may read. */
  readonly read: (path: string) => string | undefined;
  /** Name of the user, or the uid if it has none. */
  readonly user: string;
  readonly uid: number;
}

/** One past the last id that a map may hold: 2^32 - 1 means that nothing changes (setresuid(2)). */
const END_OF_IDS = 4_294_967_295;

/** Ids beside its own that a user may map with newuidmap(1) and newgidmap(1). */
export function readSubordinateIds({ read, user, uid }: SubordinateIdsReader): IdMaps {
  const rangesIn = (path: string) => parseSubordinateIds(read(path) ?? '', [user, String(uid)]);
  return { uids: rangesIn('/etc/subuid'), gids: rangesIn('/etc/subgid') };
}

/**
 * Lines of `owner:first:count`, the owner by name or uid (subuid(5)). The helpers pass over any other line, and so
 * does this. Id 0 is nobody's to give.
 */
export function parseSubordinateIds(text: string, owners: readonly string[]): readonly IdRange[] {
  return text.split('\n').flatMap((line) => {
    const [, owner = '', first, count] = /^([^:]+):([1-9]\d{0,9}):([1-9]\d{0,9})$/.exec(line) ?? [];
    const range = { first: Number(first), count: Number(count) };
    return owners.includes(owner) && range.first + range.count <= END_OF_IDS ? [range] : [];
  });
}
