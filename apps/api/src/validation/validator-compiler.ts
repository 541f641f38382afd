import { problemOfIssues, type JobSpecInput } from '@sandlot/contract';
import { resolveJobLimits, type LimitMaxima } from '@sandlot/engine';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { limitRefusal } from '../job/limit-refusal.js';
import { Refusal } from '../problem/refusal.js';

/** Validates request parts with the contract's schemas; a part that does not fit becomes a refusal. */
export function createValidatorCompiler(maxima: LimitMaxima): FastifySchemaCompiler<z.ZodType> {
  return ({ schema }) =>
    (data: unknown) => {
      const result = schema.safeParse(data);
      return result.success
        ? { value: result.data }
        : { error: refusalOf(result.error.issues, data, maxima) };
    };
}

function refusalOf(issues: readonly z.core.$ZodIssue[], data: unknown, maxima: LimitMaxima): Refusal {
  const { code, detail, errors = [] } = problemOfIssues(issues, '');
  if (code !== 'limit-above-maximum') return new Refusal(code, detail, { errors });
  // Limits above the product's ceiling are all that is wrong, so they have their shape; name the operator's maxima.
  const { limits = {}, steps = [] } = data as JobSpecInput;
  const resolved = resolveJobLimits(
    { limits, steps: steps.map((step) => ({ limits: step.limits ?? {} })) },
    maxima,
  );
  return resolved.ok ? new Refusal(code, detail, { errors }) : limitRefusal(resolved.excess);
}
