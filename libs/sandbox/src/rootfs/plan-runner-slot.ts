import { posix } from 'node:path';
import type { RunnerFile } from '../runner/runner-program.js';
import type { Operation, RootPlan } from './plan.js';
import { planRoot } from './plan-slot.js';

/**
 * The root that cells of runners share, read-only: the files of the runner, and mount points. No program of the host, no
 * configuration, no device.
 */
export function planRunnerSlot(files: readonly RunnerFile[]): RootPlan {
  const shown = files.map(({ source, path }) => ({ source, path: path.replace(/^\/+/, '') }));
  return planRoot([...directoriesOf(shown.map(({ path }) => path)), ...shown.flatMap(showFile)]);
}

/** Every directory above the files, once, from the top down. */
function directoriesOf(paths: readonly string[]): readonly Operation[] {
  const directories = new Set(paths.flatMap((path) => [...ancestorsOf(path)]));
  return [...directories].sort().map((path): Operation => ({ op: 'makeDirectory', path, mode: 0o755 }));
}

function* ancestorsOf(path: string): Iterable<string> {
  for (let above = posix.dirname(path); above !== '.'; above = posix.dirname(above)) yield above;
}

function showFile({ source, path }: RunnerFile): readonly Operation[] {
  return [
    { op: 'writeFile', path, mode: 0o644, content: '' },
    { op: 'bind', source, path },
  ];
}
