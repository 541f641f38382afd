import { z } from 'zod';

export const ENCODINGS = ['utf8', 'base64'] as const;

const MAX_PATH_BYTES = 4096;
const MAX_SEGMENT_BYTES = 255;

const encoder = new TextEncoder();
const byteLength = (text: string): number => encoder.encode(text).length;

/** Why `path` cannot name a file below the work directory, or undefined if it can. Never touches a disk. */
export function pathDefect(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (path.includes('\0')) return 'contains a NUL byte';
  if (path.startsWith('/')) return 'is absolute; paths are relative to the work directory';
  if (byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`;
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') return 'has an empty or "." segment';
    if (segment === '..') return 'has a ".." segment; files stay below the work directory';
    if (byteLength(segment) > MAX_SEGMENT_BYTES)
      return `has a segment longer than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return undefined;
}

/** Relative path below the work directory: no "..", no empty segments, segments of at most 255 bytes. */
export const relativePathSchema = z.string().superRefine((path, context) => {
  const defect = pathDefect(path);
  if (defect !== undefined)
    context.addIssue({ code: 'custom', message: `Path ${JSON.stringify(path)} ${defect}` });
});

/** Bytes in JSON: text, or base64 when `encoding` says so. */
export const contentShape = {
  content: z.string().meta({ description: 'Text, or base64 if `encoding` is "base64".' }),
  encoding: z.enum(ENCODINGS).default('utf8'),
};

/** Reports text that is not strict base64 (RFC 4648, section 4, with padding). */
export function checkEncoding(
  value: { readonly content: string; readonly encoding: (typeof ENCODINGS)[number] },
  context: z.RefinementCtx,
): void {
  if (value.encoding !== 'base64') return;
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value.content)) return;
  context.addIssue({
    code: 'custom',
    path: ['content'],
    message: 'Expected base64 (RFC 4648, padded, no line breaks) because "encoding" is "base64"',
  });
}

/** A file to be placed below the work directory before the payload starts. */
export const inputFileSchema = z
  .strictObject({
    path: relativePathSchema,
    ...contentShape,
    mode: z
      .string()
      .regex(/^0?[0-7]{3}$/, 'Expected an octal file mode such as "644" or "0755"')
      .default('0644')
      .meta({ description: 'Permission bits, octal, as in chmod(1).' }),
  })
  .superRefine(checkEncoding)
  .meta({ id: 'InputFile' });

export type InputFile = z.infer<typeof inputFileSchema>;
