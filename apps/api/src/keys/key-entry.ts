import { z } from 'zod';
import { SCOPES } from './access.js';

/** All of them are compared with every key that is presented. */
const MAX_KEYS = 4096;

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const NAME_FORM = '1–63 of a–z 0–9 . _ -, the first a letter or digit';
const DIGEST_FORM = 'the SHA-256 of a key, 64 hexadecimal digits in lower case (never the key itself)';
const TIME_FORM = 'a time such as 2030-01-31T00:00:00Z';

const name = z.string({ error: `Expected ${NAME_FORM}` }).regex(NAME, `Expected ${NAME_FORM}`);
const time = z.iso.datetime({ error: `Expected ${TIME_FORM}` });

const entryShape = {
  /** Names the key in logs and for `sandlot keys revoke`; no secret. */
  id: name,
  /** Whose jobs come with the key. */
  tenant: name,
  scopes: z
    .array(z.enum(SCOPES, { error: `Expected one of ${SCOPES.join(', ')}` }), {
      error: `Expected a list of ${SCOPES.join(', ')}`,
    })
    .min(1, 'Expected at least one scope'),
  sha256: z.string({ error: `Expected ${DIGEST_FORM}` }).regex(/^[0-9a-f]{64}$/, `Expected ${DIGEST_FORM}`),
  createdAt: time.optional(),
  /** The key is refused from then on. @default never */
  expiresAt: time.optional(),
};

/** One key as the file has it: its digest, whose it is, what it may do. */
export const keyEntrySchema = z.strictObject(entryShape, {
  error: strictly('an object with "id", "tenant", "scopes" and "sha256"', Object.keys(entryShape)),
});

/** The file of keys: `{"keys": [...]}`. */
export const keysFileSchema = z.strictObject(
  {
    keys: z
      .array(keyEntrySchema, { error: 'Expected a list of keys' })
      .max(MAX_KEYS, `At most ${MAX_KEYS} keys`)
      .superRefine(checkUnique),
  },
  { error: strictly('an object with the list "keys"', ['keys']) },
);

export type KeyEntry = z.output<typeof keyEntrySchema>;

function strictly(what: string, fields: readonly string[]): z.core.$ZodErrorMap {
  return (issue) =>
    issue.code === 'unrecognized_keys'
      ? `Unknown field ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}; known are ${fields.join(', ')}`
      : `Expected ${what}`;
}

function checkUnique(keys: readonly KeyEntry[], context: z.RefinementCtx): void {
  for (const field of ['id', 'sha256'] as const) {
    const first = new Map<string, number>();
    for (const [index, key] of keys.entries()) {
      const earlier = first.get(key[field]);
      if (earlier === undefined) first.set(key[field], index);
      else
        context.addIssue({
          code: 'custom',
          path: [index, field],
          message: `Is that of keys[${earlier}] too`,
        });
    }
  }
}
