import { z } from 'zod';
import { limitsSchema } from '../limits/limits.js';
import { expected, expectedMap, expectedObject } from '../text/wording.js';
import { checkFiles } from './check-files.js';
import { checkContent, contentShape, textDefect } from './content.js';
import { inputFileSchema } from './input-file.js';
import { MAX_PATH_BYTES } from './relative-path.js';

const MAX_ARGUMENTS = 4096;
/** One argument or environment entry: MAX_ARG_STRLEN of execve(2), less the terminating NUL. */
const MAX_ARGUMENT_BYTES = 131_071;
/** All arguments and the environment together: fits the default stack; a smaller one may end in exec-failed, E2BIG. */
const MAX_ARGUMENTS_BYTES = 1_048_576;
/** The kernel counts the terminating NUL and a pointer for each entry: bprm_stack_limits() in fs/exec.c. */
const ENTRY_OVERHEAD_BYTES = 9;
const MAX_FILES = 1024;
const MAX_LABELS = 32;
const MAX_LABEL_CHARACTERS = 256;

const NOT_UNICODE = 'Must not contain half a surrogate pair, which has no UTF-8 form';

/** A string that can be handed to execve(2): no NUL, not too long, faithful in UTF-8. */
const execString = z
  .string({ error: expected('a string') })
  .refine((text) => !text.includes('\0'), 'Must not contain a NUL character (execve(2))')
  .refine((text) => text.isWellFormed(), NOT_UNICODE)
  .refine(
    (text) => Buffer.byteLength(text) <= MAX_ARGUMENT_BYTES,
    `Must be at most ${MAX_ARGUMENT_BYTES} bytes (execve(2)); pass more as a file or stdin`,
  );

const argvSchema = z
  .array(execString, {
    error: expected('the program and its arguments as a list, such as ["/bin/echo", "hello"]'),
  })
  .min(1, 'Expected at least the program to run')
  .max(MAX_ARGUMENTS, `At most ${MAX_ARGUMENTS} arguments`)
  .superRefine(checkProgram)
  .meta({ description: 'The program and its arguments. Without a slash, the program is looked up in PATH.' });

const environmentName = z
  .string()
  .regex(/^[^=\0]+$/, 'An environment name must not be empty or contain "=" or NUL (environ(7))')
  .refine((name) => name.isWellFormed(), NOT_UNICODE);

const envSchema = z.record(environmentName, execString, {
  error: expectedMap('an object of names and values, such as {"LANG": "C"}'),
});

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

const labelsSchema = z
  .record(
    z.string().regex(/^[A-Za-z0-9._/-]{1,63}$/, 'A label name has 1–63 of A–Z a–z 0–9 . _ / -'),
    z
      .string({ error: expected('a string') })
      .max(MAX_LABEL_CHARACTERS, `A label has at most ${MAX_LABEL_CHARACTERS} characters`),
    { error: expectedMap('an object of names and values, such as {"user": "alice"}') },
  )
  .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `At most ${MAX_LABELS} labels`);

const shape = {
  argv: argvSchema,
  files: z
    .array(inputFileSchema, { error: expected('a list of files') })
    .max(MAX_FILES, `At most ${MAX_FILES} files`)
    .default([]),
  stdin: stdinSchema.default(''),
  env: envSchema.default({}),
  limits: limitsSchema.default({}),
  labels: labelsSchema.default({}),
};

/**
 * A job as a client asks for it.
 *
 * `argv[0]` is looked up in the PATH of `env` unless it contains a slash. `env` is laid over a small default
 * environment (PATH, HOME, LANG); nothing of the service's own environment reaches the payload.
 */
export const jobSpecSchema = z
  .strictObject(shape, {
    error: expectedObject('a job, such as {"argv": ["/bin/echo", "hello"]}', Object.keys(shape)),
  })
  .superRefine(checkArgumentBytes)
  .superRefine(checkFiles)
  .meta({ id: 'JobSpec', description: 'What to run, with what, within which limits.' });

/** A job as a client may write it: everything but `argv` may be left out. */
export type JobSpecInput = z.input<typeof jobSpecSchema>;
/** A job as Sandlot understood it: defaults filled in, except limits (the operator's come later). */
export type JobSpec = z.output<typeof jobSpecSchema>;

function checkProgram([program]: readonly string[], context: z.RefinementCtx): void {
  if (program === undefined) return;
  if (program === '') {
    context.addIssue({ code: 'custom', path: [0], message: 'The program name is empty' });
  } else if (Buffer.byteLength(program) > MAX_PATH_BYTES) {
    const message = `The program name is longer than ${MAX_PATH_BYTES} bytes (PATH_MAX)`;
    context.addIssue({ code: 'custom', path: [0], message });
  }
}

function checkArgumentBytes(
  { argv, env }: { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> },
  context: z.RefinementCtx,
): void {
  let total = argv.reduce((sum, argument) => sum + entryBytes(argument), 0);
  for (const [name, value] of Object.entries(env)) {
    const length = entryBytes(`${name}=${value}`);
    total += length;
    if (length - ENTRY_OVERHEAD_BYTES <= MAX_ARGUMENT_BYTES) continue;
    const message = `Name and value together must be at most ${MAX_ARGUMENT_BYTES} bytes (execve(2))`;
    context.addIssue({ code: 'custom', path: ['env', name], message });
  }
  if (total <= MAX_ARGUMENTS_BYTES) return;
  const message = `"argv" and "env" together are ${total} bytes, at most ${MAX_ARGUMENTS_BYTES} fit (execve(2)); pass the rest as a file or stdin`;
  context.addIssue({ code: 'custom', path: ['argv'], message });
}

/** What the kernel counts for one string. */
function entryBytes(entry: string): number {
  return Buffer.byteLength(entry) + ENTRY_OVERHEAD_BYTES;
}
