import type { z } from 'zod';
import { LIMIT_NAMES } from '../limits/limits.js';
import { unknownField } from '../text/wording.js';
import type { ProblemCode } from './catalogue.js';
import { fieldName, problem, type FieldError, type Problem } from './problem.js';

type Issue = z.core.$ZodIssue;

/** More than a reader takes in; a body can be wrong in thousands of places. */
const MAX_ERRORS = 32;

/**
 * The problem document of a request that a schema refused: every field with its reason, 32 at most. Its code is
 * `limit-above-maximum` if that is all that is wrong, otherwise `invalid-request`.
 */
export function problemOfIssues(issues: readonly Issue[], requestId: string): Problem {
  const code: ProblemCode =
    issues.length > 0 && issues.every(isLimitExcess) ? 'limit-above-maximum' : 'invalid-request';
  const all = withoutRepetition(issues.flatMap(toFieldErrors));
  const errors = all.slice(0, MAX_ERRORS);
  return problem(code, { detail: summarise(all), requestId, errors });
}

function isLimitExcess({ code, path }: Issue): boolean {
  const [object, name, ...deeper] = path[0] === 'steps' ? path.slice(2) : path;
  const isLimit = object === 'limits' && LIMIT_NAMES.some((limit) => limit === name) && deeper.length === 0;
  return isLimit && code === 'too_big';
}

function toFieldErrors(issue: Issue): readonly FieldError[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldName([...path, key]),
      message: unknownField(key, message),
    }));
  }
  const branch = issue.code === 'invalid_union' ? issue.errors.find(isOfItsKind) : undefined;
  if (branch !== undefined) {
    return branch.flatMap((inner) => toFieldErrors({ ...inner, path: [...path, ...inner.path] }));
  }
  return [{ field: path.length === 0 ? 'body' : fieldName(path), message }];
}

/** Whether a branch of a union takes values of this kind and only found faults within: those are to be named. */
function isOfItsKind(branch: readonly Issue[]): boolean {
  return branch.every(({ code, path }) => path.length > 0 || code === 'unrecognized_keys');
}

function withoutRepetition(errors: readonly FieldError[]): readonly FieldError[] {
  return [...new Map(errors.map((error) => [`${error.field}\0${error.message}`, error])).values()];
}

function summarise(errors: readonly FieldError[]): string {
  const [first] = errors;
  if (first === undefined) return 'The request is not valid.';
  const others = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  return `${first.field}: ${first.message}${others}`;
}
