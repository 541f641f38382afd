import { basename } from 'node:path';

/** A file of this machine and its place below the payload's work directory. */
export interface InputPath {
  readonly source: string;
  readonly path: string;
}

/**
 * Reads `PATH[=NAME]`. NAME may contain directories; without it the file keeps its own name. The last `=`
 * counts, so a path that contains one needs a NAME.
 *
 * @throws {RangeError} if PATH or NAME is empty, or PATH names no file.
 */
export function parseInputPath(text: string): InputPath {
  const at = text.lastIndexOf('=');
  const source = at < 0 ? text : text.slice(0, at);
  const path = at < 0 ? basename(source) : text.slice(at + 1);
  const namesNoFile = source === '' || path === '' || path === '.' || path === '..';
  if (namesNoFile) throw new RangeError(`Expected PATH or PATH=NAME, got "${text}"`);
  return { source, path };
}
