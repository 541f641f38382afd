import { wasiProgramOf, type JobSpec, type StepSpec } from '@sandlot/contract';

/** The steps of a job; a job with one program, or a module, is one step, named `run`. */
export function stepsOf(
  spec: Pick<JobSpec, 'argv' | 'steps' | 'stdin' | 'runtime' | 'module' | 'args'>,
): readonly StepSpec[] {
  if (spec.steps !== undefined) return spec.steps;
  const wasi = wasiProgramOf(spec);
  const argv = wasi === undefined ? spec.argv : [wasi.module, ...wasi.args];
  if (argv === undefined) throw new RangeError('Expected a job with argv or steps, got one with neither');
  return [{ name: 'run', argv, env: {}, stdin: spec.stdin, limits: {} }];
}
