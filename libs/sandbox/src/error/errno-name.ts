import { constants } from 'node:os';

/** Of several names for one number the first: EAGAIN and ENOTSUP, as Node calls them in its own errors. */
const NAMES = new Map<number, string>();
for (const [name, value] of Object.entries(constants.errno)) {
  if (!NAMES.has(value)) NAMES.set(value, name);
}

/** Name of an errno value, as in errno(3). */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`;
}
