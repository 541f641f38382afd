import type { StepPlan } from '@sandlot/engine';
import type { RunRequest } from '../runner-protocol.js';

/** What the runner, which is started in the work directory, is told of a step that runs a module. */
export function runRequestOf({ argv, env, wasi, limits }: StepPlan): RunRequest {
  if (wasi === undefined) throw new RangeError('Expected a step that runs a module');
  return {
    engine: wasi.engine,
    optimize: wasi.optimize,
    stackBytes: limits.stackBytes,
    openFiles: limits.openFiles,
    args: [...argv],
    env: [...env],
    preopens: wasi.preopens.map(({ path, source, readOnly }) => ({
      guest: path,
      host: `./${source}`,
      readOnly,
    })),
  };
}
