import { readFileSync } from 'node:fs';
import { InfrastructureError } from '@sandlot/engine';
import { explain, joinTexts } from '../doctor/explain.js';

/** Ids that exist in a user namespace: `count` of them from `first` on. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

/** Uids and gids. */
export interface IdMaps {
  readonly uids: readonly IdRange[];
  readonly gids: readonly IdRange[];
}

/**
 * What the user namespace of this process has: /proc/self/uid_map and gid_map (user_namespaces(7)).
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` if they cannot be read: proc is not mounted.
 */
export function readIdMaps(): IdMaps {
  return { uids: parseIdMap(readProc('uid_map')), gids: parseIdMap(readProc('gid_map')) };
}

function readProc(name: string): string {
  const path = `/proc/self/${name}`;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new InfrastructureError(
      'sandbox-setup-failed',
      `Cannot read ${path}: ${code ?? message}. ${joinTexts([explain({ code: 'no-proc' })])}`,
      { cause },
    );
  }
}

/** Those ranges whose ids all exist where these do. */
export function rangesWithin(ranges: readonly IdRange[], existing: readonly IdRange[]): readonly IdRange[] {
  return ranges.filter(({ first, count }) =>
    existing.some((outer) => first >= outer.first && first + count <= outer.first + outer.count),
  );
}

/** Lines of `ID-inside ID-outside length`. */
export function parseIdMap(text: string): readonly IdRange[] {
  return text.split('\n').flatMap((line) => {
    const [first, , count] = line.trim().split(/\s+/).map(Number);
    return first === undefined || count === undefined ? [] : [{ first, count }];
  });
}
