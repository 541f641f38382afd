/** More than a reader takes in. */
const MAX_FOUND = 32;

/** A value with the way to it, as a list from its end: siblings share it, however deep they are. */
interface Place {
  readonly value: unknown;
  readonly key?: string | number;
  readonly parent?: Place;
}

/**
 * Paths of the keys that would reach an object's prototype: `__proto__`, and `prototype` below `constructor`. At most
 * 32.
 */
export function findForbiddenKeys(value: unknown): readonly (readonly (string | number)[])[] {
  const found: (readonly (string | number)[])[] = [];
  const open: Place[] = [{ value }];
  for (let place = open.pop(); place !== undefined && found.length < MAX_FOUND; place = open.pop()) {
    for (const child of childrenOf(place)) {
      if (isForbidden(child)) found.push(pathOf(child));
      else open.push(child);
    }
  }
  return found;
}

function childrenOf(parent: Place): readonly Place[] {
  const { value } = parent;
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.map((item: unknown, key) => ({ value: item, key, parent }));
  return Object.entries(value).map(([key, item]: [string, unknown]) => ({ value: item, key, parent }));
}

function isForbidden({ key, parent }: Place): boolean {
  return key === '__proto__' || (key === 'prototype' && parent?.key === 'constructor');
}

function pathOf(place: Place): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at?.key !== undefined; at = at.parent) path.unshift(at.key);
  return path;
}
