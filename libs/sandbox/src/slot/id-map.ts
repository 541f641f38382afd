import { readFileSync } from 'node:fs';

/** Ids that exist in a user namespace: `count` of them from `first` on. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

/** The uids and gids that this process's user namespace has. */
export interface IdMaps {
  readonly uids: readonly IdRange[];
  readonly gids: readonly IdRange[];
}

/** Of this process: /proc/self/uid_map and gid_map (user_namespaces(7)). */
export function readIdMaps(): IdMaps {
  return {
    uids: parseIdMap(readFileSync('/proc/self/uid_map', 'utf8')),
    gids: parseIdMap(readFileSync('/proc/self/gid_map', 'utf8')),
  };
}

/** Lines of `ID-inside ID-outside length`. */
export function parseIdMap(text: string): readonly IdRange[] {
  return text.split('\n').flatMap((line) => {
    const [first, , count] = line.trim().split(/\s+/).map(Number);
    return first === undefined || count === undefined ? [] : [{ first, count }];
  });
}
