import { z } from 'zod';
import { quote } from '../text/quote.js';
import { expected } from '../text/wording.js';

/** Longest path that a system call takes: PATH_MAX of limits.h, less the terminating NUL. */
export const MAX_PATH_BYTES = 4095;
/** NAME_MAX of limits.h. */
const MAX_SEGMENT_BYTES = 255;

/** Why `path` cannot name a file below the work directory, or undefined if it can. Never touches a disk. */
export function pathDefect(path: string): string | undefined {
  if (path === '') return 'is empty; give one such as "main.py"';
  if (path.includes('\0')) return 'contains a NUL character, which no file name can have; leave it out';
  if (!path.isWellFormed()) return 'contains half a surrogate pair, which has no UTF-8 form; leave it out';
  if (path.startsWith('/'))
    return 'is absolute; give it relative to the work directory, without the leading "/"';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES)
    return `is longer than ${MAX_PATH_BYTES} bytes (PATH_MAX); give a shorter one`;
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') return 'has an empty or "." segment; leave it out';
    if (segment === '..') return 'has a ".." segment; files stay below the work directory';
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
      return `has a segment longer than ${MAX_SEGMENT_BYTES} bytes (NAME_MAX); give shorter names`;
  }
  return undefined;
}

/** Relative path below the work directory: no "..", no empty segments, segments of at most 255 bytes. */
export const relativePathSchema = z
  .string({ error: expected('a path relative to the work directory, such as "main.py"') })
  .superRefine((path, context) => {
    const defect = pathDefect(path);
    if (defect !== undefined) context.addIssue({ code: 'custom', message: `Path ${quote(path)} ${defect}` });
  })
  .meta({
    description: `Relative to the work directory, without "." or "..", at most ${MAX_PATH_BYTES} bytes.`,
  });
