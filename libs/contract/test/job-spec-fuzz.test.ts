import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobSpecSchema, problemOfIssues, problemSchema, type JobSpecInput } from '../src/index.js';

const RUNS = Number(process.env['SANDLOT_FUZZ_RUNS'] ?? 500);

/** Any string, also such as JSON can carry and UTF-8 cannot. */
const anyText = fc.string({ unit: 'binary', maxLength: 20 });
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\0'));
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const content = fc.oneof(
  fc.record({ content: text }),
  fc.record({
    content: fc.base64String({ maxLength: 40 }),
    encoding: fc.constant('base64' as const),
  }),
);
const program = fc.record({
  argv: fc.tuple(word, text).map((words) => [...words]),
  env: fc.dictionary(word, text, { maxKeys: 3, noNullPrototype: true }),
  stdin: fc.oneof(text, content),
});
const limits = fc.record(
  {
    wallTimeMs: fc.integer({ min: 1, max: 600_000 }),
    pids: fc.integer({ min: 1, max: 4096 }),
    cpuCores: fc.constantFrom(0.01, 0.5, 2, 1024),
  },
  { requiredKeys: [] },
);
const common = {
  limits,
  labels: fc.dictionary(word, text, { maxKeys: 3, noNullPrototype: true }),
  explain: fc.boolean(),
  files: fc.uniqueArray(
    fc
      .tuple(word, content, fc.constantFrom('644', '0755'))
      .map(([path, bytes, mode]) => ({ path, ...bytes, mode })),
    { selector: ({ path }) => path, maxLength: 3 },
  ),
};
/** Jobs that the schema takes. */
const job: fc.Arbitrary<JobSpecInput> = fc.oneof(
  fc.tuple(program, fc.record(common)).map(([one, rest]) => ({ ...rest, ...one })),
  fc.tuple(fc.array(program, { minLength: 1, maxLength: 3 }), fc.record(common)).map(([steps, rest]) => ({
    ...rest,
    steps: steps.map((step, index) => ({ ...step, name: `step-${index}` })),
  })),
);

/** The paths of everything in a value, itself first. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** The same value with `instead` at a path. */
function replaced(value: unknown, [key, ...deeper]: readonly string[], instead: unknown): unknown {
  if (key === undefined) return instead;
  const copy = structuredClone(value) as Record<string, unknown>; // a path leads through objects and lists only
  copy[key] = replaced(copy[key], deeper, instead);
  return copy;
}

const strange = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }),
  fc.jsonValue(),
  anyText,
  fc.double(),
  fc.constantFrom(
    '../x',
    '/x',
    'a/../../b',
    '\0',
    '\ud800',
    '__proto__',
    -1,
    2 ** 53,
    Number.NaN,
    null,
    undefined,
  ),
);

describe('the schema of a job', () => {
  it('takes or refuses whatever it is given, and says why', () => {
    fc.assert(
      fc.property(strange, (value) => {
        explainsItself(value);
      }),
      { numRuns: RUNS },
    );
  });

  it('takes or refuses a job of which any part is something else', () => {
    fc.assert(
      fc.property(job, fc.nat(), strange, (spec, place, instead) => {
        const paths = pathsOf(spec);
        explainsItself(replaced(spec, paths[place % paths.length] ?? [], instead));
      }),
      { numRuns: RUNS },
    );
  });

  it('takes every job that is one, and understands what it wrote the same way', () => {
    fc.assert(
      fc.property(job, (spec) => {
        const understood = jobSpecSchema.parse(spec);
        expect(jobSpecSchema.parse(understood)).toEqual(understood);
        expect(jobSpecSchema.parse(JSON.parse(JSON.stringify(understood)))).toEqual(understood);
      }),
      { numRuns: RUNS },
    );
  });
});

/** What is taken stays the same; what is refused is told why, and nothing else is thrown. */
function explainsItself(value: unknown): void {
  const { success, data, error } = jobSpecSchema.safeParse(value);
  expect(success ? jobSpecSchema.parse(data) : undefined).toEqual(data);
  const problem = problemOfIssues(error?.issues ?? [], 'request-1');
  expect(problemSchema.safeParse(problem).success).toBe(true);
  expect((problem.errors?.length ?? 0) > 0).toBe(!success);
}
