import { describe, expect, it } from 'vitest';
import { PROBLEM_CODES, PROBLEMS } from './catalogue.js';
import { fieldName, problem, problemSchema } from './problem.js';

describe.each(PROBLEM_CODES)('problem %s', (code) => {
  it('says what, why and what to do, with a status of failure', () => {
    const { status, title, meaning, remedy } = PROBLEMS[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    for (const sentence of [meaning, remedy]) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('makes a document that its schema accepts', () => {
    const document = problem(code, { detail: 'd', requestId: 'r', errors: [{ field: 'f', message: 'm' }] });
    expect(problemSchema.parse(document)).toEqual(document);
    expect(document).toMatchObject({ type: `/docs#problem-${code}`, code, status: PROBLEMS[code].status });
  });
});

describe('problem', () => {
  it('has no errors field when no field is to blame', () => {
    expect(problem('internal-error', { detail: 'd', requestId: 'r', errors: [] })).not.toHaveProperty(
      'errors',
    );
  });
});

describe('fieldName', () => {
  it.each([
    [[], ''],
    [['argv'], 'argv'],
    [['argv', 0], 'argv[0]'],
    [['files', 12, 'path'], 'files[12].path'],
    [['limits', 'wallTimeMs'], 'limits.wallTimeMs'],
    [['labels', 'team/a.b'], 'labels["team/a.b"]'],
    [['env', ''], 'env[""]'],
    [['env', 'A'.repeat(100)], `env["${'A'.repeat(80)}"…]`],
    [['env', 'a"\n'], 'env["a\\"\\n"]'],
  ])('writes %j as %s', (path, name) => {
    expect(fieldName(path)).toBe(name);
  });
});
