import type { WasiPreopen } from '@sandlot/contract';

const READ_ONLY = ':ro';

/**
 * Reads `PATH[=DIRECTORY][:ro]`: the name a module knows, the directory below the work directory, and whether it may not
 * be changed. Without a directory: the work directory itself.
 *
 * @throws {RangeError} if there is no path.
 */
export function parsePreopen(text: string): WasiPreopen {
  const readOnly = text.endsWith(READ_ONLY);
  const named = readOnly ? text.slice(0, -READ_ONLY.length) : text;
  const separator = named.indexOf('=');
  const path = separator === -1 ? named : named.slice(0, separator);
  const source = separator === -1 ? '' : named.slice(separator + 1);
  if (path === '') throw new RangeError(`Expected PATH[=DIRECTORY][:ro], such as /data=in:ro, got "${text}"`);
  return { path, source, readOnly };
}
