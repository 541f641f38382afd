import type { Operation, RootPlan } from './plan.js';

/** What a slot that was built by `plan` does now and then, so that its cells see what the host has changed. */
export function planRefresh(plan: RootPlan): RootPlan {
  return plan.flatMap((operation): readonly Operation[] =>
    operation.op === 'showTree' ? [{ op: 'forgetNames', path: operation.path }] : [],
  );
}
