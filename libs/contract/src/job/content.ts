import { z } from 'zod';
import { expected } from '../text/wording.js';

export const ENCODINGS = ['utf8', 'base64'] as const;

/** Bytes as they stand in JSON. */
export interface Content {
  readonly content: string;
  readonly encoding: (typeof ENCODINGS)[number];
}

/** Fields of bytes in JSON: text, or base64 when `encoding` says so. */
export const contentShape = {
  content: z
    .string({ error: expected('text, or base64 with "encoding": "base64"') })
    .meta({ description: 'Text, or base64 if `encoding` is "base64".' }),
  encoding: z.enum(ENCODINGS, { error: expected('"utf8" or "base64"') }).default('utf8'),
};

/** Reports content that its encoding cannot carry. */
export function checkContent({ content, encoding }: Content, context: z.RefinementCtx): void {
  const defect = encoding === 'base64' ? base64Defect(content) : textDefect(content);
  if (defect !== undefined) context.addIssue({ code: 'custom', path: ['content'], message: defect });
}

/** Why `text` has no faithful UTF-8 form, or undefined if it has one. */
export function textDefect(text: string): string | undefined {
  return text.isWellFormed()
    ? undefined
    : 'Contains half a surrogate pair, which has no UTF-8 form; send the bytes with "encoding": "base64"';
}

/** How many bytes a checked content stands for, without decoding it. */
export function contentBytes({ content, encoding }: Content): number {
  if (encoding === 'utf8') return Buffer.byteLength(content);
  return (content.length / 4) * 3 - paddingOf(content);
}

/** Why `text` is not strict base64 (RFC 4648, section 4, with padding), or undefined if it is. */
function base64Defect(text: string): string | undefined {
  const digits = text.slice(0, text.length - paddingOf(text));
  // Looks for a stranger instead of matching the whole: that would overflow the matcher's stack at some MiB.
  if (text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(digits)) return undefined;
  return 'Expected base64 (RFC 4648, padded, no line breaks) because "encoding" is "base64"';
}

function paddingOf(base64: string): number {
  if (base64.endsWith('==')) return 2;
  return base64.endsWith('=') ? 1 : 0;
}
