import type { JobSpec, StepSpec } from '@sandlot/contract';

/** The steps of a job; a job with one program is one step, named `run`. */
export function stepsOf({
  argv,
  steps,
  stdin,
}: Pick<JobSpec, 'argv' | 'steps' | 'stdin'>): readonly StepSpec[] {
  if (steps !== undefined) return steps;
  if (argv === undefined) throw new RangeError('Expected a job with argv or steps, got one with neither');
  return [{ name: 'run', argv, env: {}, stdin, limits: {} }];
}
