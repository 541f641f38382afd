import { problemOfIssues, type RequestedLimits } from '@sandlot/contract';
import { resolveLimits, type LimitMaxima } from '@sandlot/engine';
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
  // Limits above the product's ceiling are all that is wrong, so `limits` has its shape; name the operator's maxima.
  const { limits } = data as { readonly limits: RequestedLimits };
  const resolved = resolveLimits(limits, maxima);
  return resolved.ok ? new Refusal(code, detail, { errors }) : limitRefusal(resolved.excess);
}
