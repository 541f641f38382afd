import { z } from 'zod';
import {
  LIMIT_NAMES,
  LIMITS,
  type LimitDefinition,
  type LimitName,
  type OptionalLimitName,
} from '../limits/limits.js';
import { enforcementSchema } from '../outcome/enforcement.js';
import { tierSchema } from '../outcome/tier.js';
import { outcomeSchema } from '../outcome/outcome.js';
import { jobUsageSchema, stepUsageSchema } from '../outcome/usage.js';
import { artifactSchema, leftOutArtifactSchema } from './artifact.js';
import { JOB_STATES } from './job-state.js';
import { optimizeSchema, preopensSchema, runtimeSchema, wasiEngineSchema } from './wasi.js';
import { deniedCallSchema, explainSchema, seccompSchema } from './seccomp.js';

const timestamp = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' });

/** What one stream of the payload carried: text if it is valid UTF-8, otherwise base64. */
export const outputSchema = z
  .discriminatedUnion('encoding', [
    z.object({
      encoding: z.literal('utf8'),
      text: z.string(),
      bytes: z.int().min(0),
      truncated: z.boolean(),
    }),
    z.object({
      encoding: z.literal('base64'),
      base64: z.string(),
      bytes: z.int().min(0),
      truncated: z.boolean(),
    }),
  ])
  .meta({
    id: 'Output',
    description: '`bytes` is what was kept; `truncated` says that the payload wrote more.',
  });

/** The limits of an accepted job: those that have a default always, the others if somebody asked for them. */
const acceptedLimitsSchema = z.object(
  // every name of the closed list is set, optional just as in `Limits`
  Object.fromEntries(LIMIT_NAMES.map((name) => [name, acceptedLimit(LIMITS[name])])) as Record<
    Exclude<LimitName, OptionalLimitName>,
    z.ZodNumber
  > &
    Record<OptionalLimitName, z.ZodOptional<z.ZodNumber>>,
);

function acceptedLimit({ default: fallback, meaning }: LimitDefinition) {
  const value = z.number().min(0).meta({ description: meaning });
  return fallback === undefined ? value.optional() : value;
}

const describedBytes = z.object({ bytes: z.int().min(0) });

/** A step of a job as understood: all its limits filled in. */
export const acceptedStepSchema = z
  .object({
    name: z.string(),
    argv: z.array(z.string()),
    stdin: describedBytes,
    env: z.record(z.string(), z.string()),
    limits: acceptedLimitsSchema,
  })
  .meta({ id: 'AcceptedStep' });

/** The spec in a job document: as understood, all limits filled in; contents are described, not repeated. */
export const acceptedSpecSchema = z
  .object({
    runtime: runtimeSchema.default('native'),
    argv: z.array(z.string()).optional().meta({ description: 'Of a job with one program.' }),
    stdin: describedBytes.optional().meta({ description: 'Of a job with one program.' }),
    steps: z.array(acceptedStepSchema).optional().meta({ description: 'Of a job with steps.' }),
    files: z.array(z.object({ path: z.string(), bytes: z.int().min(0), mode: z.string() })),
    env: z.record(z.string(), z.string()),
    limits: acceptedLimitsSchema,
    seccomp: seccompSchema.optional(),
    explain: explainSchema.optional(),
    labels: z.record(z.string(), z.string()),
    artifacts: z
      .array(z.object({ path: z.string(), optional: z.boolean() }))
      .optional()
      .meta({ description: 'Of a job that asked for any.' }),
    module: z.string().optional().meta({ description: 'Of a wasi job.' }),
    args: z.array(z.string()).optional().meta({ description: 'Of a wasi job.' }),
    wasiEngine: wasiEngineSchema.optional(),
    optimize: optimizeSchema.optional(),
    preopens: preopensSchema.optional(),
  })
  .meta({ id: 'AcceptedSpec' });

export const stepResultSchema = z
  .object({
    name: z.string(),
    outcome: outcomeSchema,
    usage: stepUsageSchema,
    deniedCalls: z.array(deniedCallSchema).optional().meta({
      description:
        'Of an explained job: system calls that the filter refused, at most 64 different ones. clone3(2) is not among them: it is refused to every program with threads, which makes them by clone(2) then.',
    }),
  })
  .meta({ id: 'StepResult' });

/** One try at a job by one worker. `cause` is set when the try ended by a failure of Sandlot, not the payload. */
export const attemptSchema = z
  .object({
    number: z.int().min(1),
    worker: z.string(),
    startedAt: timestamp,
    endedAt: timestamp.optional(),
    cause: z.object({ code: z.string(), message: z.string() }).optional(),
  })
  .meta({ id: 'Attempt' });

/** A job as everybody sees it: HTTP API, CLI `--json`, events. */
export const jobDocumentSchema = z
  .object({
    id: z.string(),
    tenant: z
      .string()
      .optional()
      .meta({ description: 'Whose job it is: the tenant of the API key it came with.' }),
    state: z.enum(JOB_STATES),
    reason: z.string().optional().meta({ description: 'Why the job waits, or why it is dead.' }),
    createdAt: timestamp,
    queuedAt: timestamp.optional(),
    startedAt: timestamp.optional(),
    finishedAt: timestamp.optional(),
    cancelRequested: z.boolean(),
    spec: acceptedSpecSchema,
    outcome: outcomeSchema.optional(),
    output: z.object({ stdout: outputSchema, stderr: outputSchema }).optional(),
    artifacts: z
      .array(artifactSchema)
      .optional()
      .meta({ description: 'Kept files of an ended job that asked for any, in the order of their paths.' }),
    artifactsLeftOut: z
      .array(leftOutArtifactSchema)
      .optional()
      .meta({ description: 'What was asked for, or lay below it, and could not be kept; with the reason.' }),
    steps: z.array(stepResultSchema),
    usage: jobUsageSchema.optional(),
    enforcement: enforcementSchema.optional(),
    tier: tierSchema.optional(),
    attempts: z.array(attemptSchema),
    labels: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Job' });

export type Output = z.infer<typeof outputSchema>;
export type AcceptedStep = z.infer<typeof acceptedStepSchema>;
export type AcceptedSpec = z.infer<typeof acceptedSpecSchema>;
export type StepResult = z.infer<typeof stepResultSchema>;
export type Attempt = z.infer<typeof attemptSchema>;
export type JobDocument = z.infer<typeof jobDocumentSchema>;
