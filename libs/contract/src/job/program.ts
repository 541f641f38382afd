import { z } from 'zod';
import { expected, expectedMap } from '../text/wording.js';
import { MAX_PATH_BYTES } from './relative-path.js';

const MAX_ARGUMENTS = 4096;
/** One argument or environment entry: MAX_ARG_STRLEN of execve(2), less the terminating NUL. */
const MAX_ARGUMENT_BYTES = 131_071;
/** All arguments and the environment together: fits the default stack; a smaller one may end in exec-failed, E2BIG. */
const MAX_ARGUMENTS_BYTES = 1_048_576;
/** The kernel counts the terminating NUL and a pointer for each entry: bprm_stack_limits() in fs/exec.c. */
const ENTRY_OVERHEAD_BYTES = 9;

/** More would take the service long to judge, and no program needs them. */
const MAX_VARIABLES = 4096;

const NOT_UNICODE =
  'Must not contain half a surrogate pair, which has no UTF-8 form; pass such bytes as a file or stdin';

/** A string that can be handed to execve(2): no NUL, not too long, faithful in UTF-8. */
const execString = z
  .string({ error: expected('a string') })
  .refine(
    (text) => !text.includes('\0'),
    'Must not contain a NUL character, which ends a string of execve(2); pass such bytes as a file or stdin',
  )
  .refine((text) => text.isWellFormed(), NOT_UNICODE)
  .refine(
    (text) => Buffer.byteLength(text) <= MAX_ARGUMENT_BYTES,
    `Must be at most ${MAX_ARGUMENT_BYTES} bytes (execve(2)); pass more as a file or stdin`,
  );

export const ARGV = 'the program and its arguments as a list, such as ["/bin/echo", "hello"]';

/** Arguments of a program, without its name. */
export const argumentsSchema = z
  .array(execString, { error: expected('a list of arguments, such as ["-v"]') })
  .max(MAX_ARGUMENTS - 1, `At most ${MAX_ARGUMENTS - 1} arguments; pass more as a file or stdin`);

/** A program and its arguments. */
export const argvSchema = z
  .array(execString, { error: expected(ARGV) })
  .min(1, 'Expected at least the program to run')
  .max(MAX_ARGUMENTS, `At most ${MAX_ARGUMENTS} arguments; pass more as a file or stdin`)
  .superRefine(checkProgram)
  .meta({ description: 'The program and its arguments. Without a slash, the program is looked up in PATH.' });

const environmentName = z
  .string()
  .regex(
    /^[^=\0]+$/,
    'An environment name must not be empty or contain "=", which ends it, or NUL (environ(7)); choose another',
  )
  .refine((name) => name.isWellFormed(), NOT_UNICODE);

/** Environment variables by name, 4,096 at most. */
export const envSchema = z
  .record(environmentName, execString, {
    error: expectedMap('an object of names and values, such as {"LANG": "C"}'),
  })
  .refine(
    (env) => Object.keys(env).length <= MAX_VARIABLES,
    `At most ${MAX_VARIABLES} variables; pass more as a file`,
  );

function checkProgram([program]: readonly string[], context: z.RefinementCtx): void {
  if (program === undefined) return;
  if (program === '') {
    context.addIssue({
      code: 'custom',
      path: [0],
      message: 'The program name is empty; give a name, which is looked up in PATH, or a path',
    });
  } else if (Buffer.byteLength(program) > MAX_PATH_BYTES) {
    const message = `The program name is longer than ${MAX_PATH_BYTES} bytes (PATH_MAX), so no file can have it; give a shorter one`;
    context.addIssue({ code: 'custom', path: [0], message });
  }
}

type Environment = Readonly<Record<string, string>>;

/** Reports variables that are too long, with their names. */
export function checkEnvironment(
  env: Environment,
  path: readonly (string | number)[],
  context: z.RefinementCtx,
): void {
  for (const [name, value] of Object.entries(env)) {
    if (Buffer.byteLength(`${name}=${value}`) <= MAX_ARGUMENT_BYTES) continue;
    const message = `Name and value together must be at most ${MAX_ARGUMENT_BYTES} bytes (execve(2)); pass more as a file or stdin`;
    context.addIssue({ code: 'custom', path: [...path, 'env', name], message });
  }
}

/**
 * Why arguments and environment together are too long for execve(2), or undefined if they fit.
 *
 * @param field what the arguments are called where they were given
 */
export function argumentsDefect(
  given: readonly string[],
  env: Environment,
  field: 'argv' | 'args' = 'argv',
): string | undefined {
  const entries = [...given, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  const total = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry) + ENTRY_OVERHEAD_BYTES, 0);
  return total <= MAX_ARGUMENTS_BYTES
    ? undefined
    : `"${field}" and "env" together are ${total} bytes, at most ${MAX_ARGUMENTS_BYTES} fit (execve(2)); pass the rest as a file or stdin`;
}
