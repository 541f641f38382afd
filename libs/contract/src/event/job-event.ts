import { z } from 'zod';
import { JOB_STATES } from '../job/job-state.js';
import { OUTPUT_STREAMS, outcomeSchema } from '../outcome/outcome.js';

/** The job entered a state. The stream of events ends with the event of a terminal state. */
export const stateEventSchema = z
  .object({
    type: z.literal('state'),
    state: z.enum(JOB_STATES),
    at: z.iso.datetime(),
    attempt: z.int().min(1).optional(),
    reason: z.string().optional(),
    outcome: outcomeSchema.optional(),
  })
  .meta({ id: 'StateEvent' });

const chunk = {
  type: z.literal('output'),
  attempt: z.int().min(1),
  step: z.string(),
  stream: z.enum(OUTPUT_STREAMS),
  offset: z.int().min(0).meta({ description: 'Position of the chunk in its stream, in bytes.' }),
};

/** A piece of output as it happened: text if the piece is valid UTF-8, otherwise base64. */
export const outputEventSchema = z
  .discriminatedUnion('encoding', [
    z.object({ ...chunk, encoding: z.literal('utf8'), text: z.string() }),
    z.object({ ...chunk, encoding: z.literal('base64'), base64: z.string() }),
  ])
  .meta({ id: 'OutputEvent' });

/** Everything that happens to a job. In SSE, `event:` is `type` and `data:` this document. */
export const jobEventSchema = z.discriminatedUnion('type', [stateEventSchema, outputEventSchema]);

export type StateEvent = z.infer<typeof stateEventSchema>;
export type OutputEvent = z.infer<typeof outputEventSchema>;
export type JobEvent = z.infer<typeof jobEventSchema>;
