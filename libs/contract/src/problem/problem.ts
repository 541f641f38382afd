import { z } from 'zod';
import { quote } from '../text/quote.js';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from './catalogue.js';

/** What is wrong with one field: `field` is a path such as `files[0].path`. */
export const fieldErrorSchema = z.object({ field: z.string(), message: z.string() });

/** A refusal (RFC 9457, application/problem+json). */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'URI reference: /docs#problem-<code>.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(PROBLEM_CODES),
    remedy: z.string(),
    requestId: z.string(),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .meta({ id: 'Problem' });

export type FieldError = z.infer<typeof fieldErrorSchema>;
export type Problem = z.infer<typeof problemSchema>;

/** Builds the problem document of `code`. `detail` says what happened this time. */
export function problem(
  code: ProblemCode,
  options: { readonly detail: string; readonly requestId: string; readonly errors?: readonly FieldError[] },
): Problem {
  const { status, title, remedy } = PROBLEMS[code];
  const { detail, requestId, errors } = options;
  return {
    type: `/docs#problem-${code}`,
    title,
    status,
    detail,
    code,
    remedy,
    requestId,
    ...(errors && errors.length > 0 ? { errors: [...errors] } : {}),
  };
}

/** Writes the path of a field the way JSON people read it: `files[0].path`, `env["A B"]`. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    const text = String(key);
    if (!/^[\w-]{1,64}$/.test(text)) return `${name}[${quote(text)}]`;
    return name === '' ? text : `${name}.${text}`;
  }, '');
}
