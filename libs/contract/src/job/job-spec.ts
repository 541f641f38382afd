import { z } from 'zod';
import { limitsSchema } from '../limits/limits.js';
import { checkEncoding, contentShape, inputFileSchema } from './input-file.js';

const MAX_ARGUMENTS = 4096;
/** One argument or environment entry: MAX_ARG_STRLEN of execve(2), less the terminating NUL. */
const MAX_ARGUMENT_BYTES = 131_071;
/** All arguments and the environment together; the kernel grants at least this with any stack we set. */
const MAX_ARGUMENTS_BYTES = 1_048_576;
const MAX_FILES = 1024;
const MAX_LABELS = 32;

const encoder = new TextEncoder();
const byteLength = (text: string): number => encoder.encode(text).length;

/** A string that can be handed to execve(2): no NUL, not too long. */
const execString = z
  .string()
  .refine((text) => !text.includes('\0'), 'Must not contain a NUL character (execve(2))')
  .refine(
    (text) => byteLength(text) <= MAX_ARGUMENT_BYTES,
    `Must be at most ${MAX_ARGUMENT_BYTES} bytes (execve(2))`,
  );

const environmentName = z
  .string()
  .regex(/^[^=\0]+$/, 'An environment name must not be empty or contain "=" or NUL (environ(7))');

/** Standard input: plain text, or an object when it is not text. */
export const stdinSchema = z.union([z.string(), z.strictObject(contentShape).superRefine(checkEncoding)]);

const labelsSchema = z
  .record(
    z.string().regex(/^[A-Za-z0-9._/-]{1,63}$/, 'A label name has 1–63 of A–Z a–z 0–9 . _ / -'),
    z.string().max(256),
  )
  .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `At most ${MAX_LABELS} labels`);

/**
 * A job as a client asks for it.
 *
 * `argv[0]` is looked up in the PATH of `env` unless it contains a slash. `env` is laid over a small default
 * environment (PATH, HOME, LANG); nothing of the service's own environment reaches the payload.
 */
export const jobSpecSchema = z
  .strictObject({
    argv: z.array(execString).min(1, 'Expected at least the program to run').max(MAX_ARGUMENTS),
    files: z.array(inputFileSchema).max(MAX_FILES).default([]),
    stdin: stdinSchema.default(''),
    env: z.record(environmentName, execString).default({}),
    limits: limitsSchema.default({}),
    labels: labelsSchema.default({}),
  })
  .superRefine(checkProgramName)
  .superRefine(checkArgumentBytes)
  .superRefine(checkFilePaths)
  .meta({ id: 'JobSpec', description: 'What to run, with what, within which limits.' });

/** A job as a client may write it: everything but `argv` may be left out. */
export type JobSpecInput = z.input<typeof jobSpecSchema>;
/** A job as Sandlot understood it: defaults filled in, except limits (the operator's come later). */
export type JobSpec = z.output<typeof jobSpecSchema>;

function checkProgramName(spec: { readonly argv: readonly string[] }, context: z.RefinementCtx): void {
  if (spec.argv[0] !== '') return;
  context.addIssue({ code: 'custom', path: ['argv', 0], message: 'The program name is empty' });
}

function checkArgumentBytes(
  spec: { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> },
  context: z.RefinementCtx,
): void {
  const entries = [...spec.argv, ...Object.entries(spec.env).map(([name, value]) => `${name}=${value}`)];
  const total = entries.reduce((sum, entry) => sum + byteLength(entry) + 1, 0);
  if (total <= MAX_ARGUMENTS_BYTES) return;
  context.addIssue({
    code: 'custom',
    path: ['argv'],
    message: `"argv" and "env" together are ${total} bytes, at most ${MAX_ARGUMENTS_BYTES} fit (execve(2)); pass the rest as a file or stdin`,
  });
}

/** Two files cannot have one path, and a file cannot be another's directory. */
function checkFilePaths(
  spec: { readonly files: readonly { readonly path: string }[] },
  context: z.RefinementCtx,
): void {
  const seen = new Set<string>();
  const directories = new Set<string>();
  for (const { path } of spec.files) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) directories.add(parts.slice(0, depth).join('/'));
  }
  for (const [index, { path }] of spec.files.entries()) {
    const clash = seen.has(path)
      ? 'is given twice'
      : directories.has(path)
        ? 'is also the directory of another file'
        : undefined;
    if (clash !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['files', index, 'path'],
        message: `Path ${JSON.stringify(path)} ${clash}`,
      });
    seen.add(path);
  }
}
