import { z } from 'zod';
import { expected, expectedObject } from '../text/wording.js';
import { checkContent, contentShape, textDefect } from './content.js';

const bytesOfStdin = z
  .strictObject(contentShape, { error: expectedObject('an object', Object.keys(contentShape)) })
  .superRefine(checkContent);

const textOfStdin = z.string().superRefine((text, context) => {
  const defect = textDefect(text);
  if (defect !== undefined) context.addIssue({ code: 'custom', message: defect });
});

/** Standard input: plain text, or an object when it is not text. */
export const stdinSchema = z.union([textOfStdin, bytesOfStdin], {
  error: expected('text, or {"content": "…", "encoding": "utf8" or "base64"}'),
});

export type Stdin = z.output<typeof stdinSchema>;
