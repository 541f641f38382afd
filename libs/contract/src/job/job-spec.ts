import { z } from 'zod';
import { limitsSchema } from '../limits/limits.js';
import { expected, expectedMap, expectedObject } from '../text/wording.js';
import { artifactRequestsSchema } from './artifact.js';
import { checkFiles } from './check-files.js';
import { inputFileSchema } from './input-file.js';
import { ARGV, argumentsDefect, argvSchema, checkEnvironment, envSchema } from './program.js';
import { explainSchema, seccompSchema } from './seccomp.js';
import { stdinSchema, type Stdin } from './stdin.js';
import { stepsSchema, type StepSpec } from './step-spec.js';
import { checkWasi } from './check-wasi.js';
import {
  argsSchema,
  moduleSchema,
  optimizeSchema,
  preopensSchema,
  runtimeSchema,
  wasiEngineSchema,
  type WasiFields,
} from './wasi.js';

const MAX_FILES = 1024;
const MAX_LABELS = 32;
const MAX_LABEL_CHARACTERS = 256;

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
  argv: argvSchema.optional(),
  steps: stepsSchema.optional(),
  files: z
    .array(inputFileSchema, { error: expected('a list of files') })
    .max(MAX_FILES, `At most ${MAX_FILES} files`)
    .default([]),
  stdin: stdinSchema.default(''),
  env: envSchema.default({}),
  limits: limitsSchema.default({}),
  seccomp: seccompSchema.optional(),
  explain: explainSchema.default(false),
  labels: labelsSchema.default({}),
  artifacts: artifactRequestsSchema.default([]),
  runtime: runtimeSchema.optional(),
  module: moduleSchema.optional(),
  args: argsSchema.optional(),
  wasiEngine: wasiEngineSchema.optional(),
  optimize: optimizeSchema.optional(),
  preopens: preopensSchema.optional(),
};

/**
 * A job as a client asks for it: one program (`argv`), several (`steps`), or a WebAssembly module (`runtime: 'wasi'`).
 *
 * `argv[0]` is looked up in the PATH of `env` unless it contains a slash. `env` is laid over a small default
 * environment (PATH, HOME, LANG); nothing of the service's own environment reaches the payload.
 */
export const jobSpecSchema = z
  .strictObject(shape, {
    error: expectedObject('a job, such as {"argv": ["/bin/echo", "hello"]}', Object.keys(shape)),
  })
  .superRefine(checkPrograms)
  .superRefine(checkWasi)
  .superRefine(checkArguments)
  .superRefine(checkFiles)
  .meta({
    id: 'JobSpec',
    description: 'What to run, with what, within which limits.',
    // JSON Schema can say it, the types of the schema library cannot: `checkPrograms` does.
    oneOf: [
      { required: ['argv'] },
      { required: ['steps'] },
      { properties: { runtime: { const: 'wasi' } }, required: ['runtime'] },
    ],
  });

/** A job as a client may write it: everything but `argv` or `steps` may be left out. */
export type JobSpecInput = z.input<typeof jobSpecSchema>;
/** A job as Sandlot understood it: defaults filled in, except limits (the operator's come later). */
export type JobSpec = z.output<typeof jobSpecSchema>;

interface Programs extends WasiFields {
  readonly argv?: readonly string[] | undefined;
  readonly steps?: readonly StepSpec[] | undefined;
  readonly stdin: Stdin;
  readonly env: Readonly<Record<string, string>>;
}

/** A job has one program or steps; with steps, stdin is theirs. */
function checkPrograms({ runtime, argv, steps, stdin }: Programs, context: z.RefinementCtx): void {
  if (runtime === 'wasi') return;
  if (argv === undefined && steps === undefined) {
    const message = `Required: ${ARGV}; or several programs as "steps"`;
    context.addIssue({ code: 'custom', path: ['argv'], message });
  }
  if (steps === undefined) return;
  if (argv !== undefined) {
    const message = 'A job has "argv" or "steps", not both; give the program as a step';
    context.addIssue({ code: 'custom', path: ['argv'], message });
  }
  if (stdin !== '') {
    const message = 'Each step has its own stdin; give it as steps[0].stdin';
    context.addIssue({ code: 'custom', path: ['stdin'], message });
  }
}

function checkArguments({ argv, args, steps = [], env }: Programs, context: z.RefinementCtx): void {
  checkEnvironment(env, [], context);
  const given = args ?? argv;
  const field = args === undefined ? 'argv' : 'args';
  const defect = given === undefined ? undefined : argumentsDefect(given, env, field);
  if (defect !== undefined) context.addIssue({ code: 'custom', path: [field], message: defect });
  for (const [index, step] of steps.entries()) {
    checkEnvironment(step.env, ['steps', index], context);
    const message = argumentsDefect(step.argv, { ...env, ...step.env });
    if (message !== undefined) {
      context.addIssue({ code: 'custom', path: ['steps', index, 'argv'], message });
    }
  }
}
