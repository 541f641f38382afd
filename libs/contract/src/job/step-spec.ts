import { z } from 'zod';
import { stepLimitsSchema } from '../limits/limits.js';
import { expected, expectedObject } from '../text/wording.js';
import { argvSchema, envSchema } from './program.js';
import { stdinSchema } from './stdin.js';

export const MAX_STEPS = 8;

const NAME = 'a name of 1–32 of a–z 0–9 -';

const shape = {
  name: z
    .string({ error: expected(NAME) })
    .regex(/^[a-z0-9-]{1,32}$/, `Expected ${NAME}`)
    .meta({ description: 'Names the step in results and events; no two steps have the same.' }),
  argv: argvSchema,
  env: envSchema.default({}).meta({ description: 'Laid over the `env` of the job.' }),
  stdin: stdinSchema.default(''),
  limits: stepLimitsSchema
    .default({})
    .meta({ description: 'Limits of this step alone; those that are not named are those of the job.' }),
};

const stepSchema = z
  .strictObject(shape, { error: expectedObject('a step: {"name", "argv"}', Object.keys(shape)) })
  .meta({ id: 'Step' });

/** The steps of a job, in the order in which they run. */
export const stepsSchema = z
  .array(stepSchema, { error: expected('a list of steps, such as [{"name": "run", "argv": ["./main"]}]') })
  .min(1, 'Expected at least one step')
  .max(MAX_STEPS, `At most ${MAX_STEPS} steps`)
  .superRefine(checkNames)
  .meta({
    description:
      'In place of `argv`: programs that run one after the other in one cell and share its files, until one does not succeed. The job ends as the last of them did.',
  });

export type StepSpec = z.output<typeof stepSchema>;

function checkNames(steps: readonly { readonly name: string }[], context: z.RefinementCtx): void {
  const names = steps.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    context.addIssue({ code: 'custom', path: [index, 'name'], message: `Name "${name}" is given twice` });
  }
}
