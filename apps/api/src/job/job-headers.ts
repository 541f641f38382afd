import { z } from 'zod';

const prefer = z
  .string()
  .optional()
  .meta({
    description: '`wait=N` (RFC 7240): answer once the job has ended, after N seconds at the latest (0–60).',
    examples: ['wait=10'],
  });

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'Expected 1 to 255 visible ASCII characters, no spaces')
  .optional()
  .meta({
    description:
      'A name of your own for this request. Repeating the request with it gives the same job instead of a second one.',
    examples: ['order-4711'],
  });

/** Headers of requests that answer with a job and can wait for its end. */
export const waitHeaders = z.looseObject({ prefer });

/** Headers of a submission. */
export const submitHeaders = z.looseObject({ prefer, 'idempotency-key': idempotencyKey });

/** Any text is taken: an id that no job has is simply not found. */
export const jobParams = z.object({
  id: z.string().meta({ description: 'Id of the job (UUID).' }),
});

/** Response headers of those requests, as OpenAPI shows them. */
export const jobAnswerHeaders = {
  Location: 'Where to look for the job.',
  'Preference-Applied': '`wait=N` with the seconds that were granted, if `Prefer` asked for a wait.',
} as const;
