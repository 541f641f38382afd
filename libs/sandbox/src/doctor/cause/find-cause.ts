import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import type { CauseRule, Failure } from './failure.js';
import { filterCause } from './filter-cause.js';
import { identityCause } from './identity-cause.js';
import { kernelCause } from './kernel-cause.js';
import { limitCause } from './limit-cause.js';
import { optionalCause } from './optional-cause.js';
import { policyCause } from './policy-cause.js';
import { procCause } from './proc-cause.js';
import { securityModuleCause } from './security-module-cause.js';

/** The first that knows a failure explains it: what is certain comes before what is likely. */
const RULES: readonly CauseRule[] = [
  limitCause,
  identityCause,
  optionalCause,
  procCause,
  policyCause,
  filterCause,
  securityModuleCause,
  kernelCause,
];

/** Which mechanism made a probe fail. */
export function findCause(failure: Failure, facts: HostFacts): Explanation {
  for (const rule of RULES) {
    const explanation = rule(failure, facts);
    if (explanation !== undefined) return explanation;
  }
  return { code: 'unexplained', words: { errno: failure.errno, step: failure.step } };
}
