import { posix } from 'node:path';
import type { RunnerFile } from '@sandlot/engine';
import type { Operation, RootPlan } from './plan.js';
import { planRoot } from './plan-slot.js';

const PAGE_BYTES = 4096;

/**
 * The root that cells of runners share, read-only: the files of the runner, and mount points. No program of the host, no
 * configuration, no device.
 */
export function planRunnerSlot(files: readonly RunnerFile[]): RootPlan {
  const shown = files.map((file) => ({ ...file, path: file.path.replace(/^\/+/, '') }));
  const copied = shown.reduce((sum, file) => sum + ('content' in file ? pagesOf(file.content) : 0), 0);
  return planRoot(
    [...directoriesOf(shown.map(({ path }) => path)), ...shown.flatMap(showFile)],
    copied * PAGE_BYTES,
  );
}

function pagesOf(content: Uint8Array): number {
  return Math.ceil(content.length / PAGE_BYTES);
}

/** Every directory above the files, once, from the top down. */
function directoriesOf(paths: readonly string[]): readonly Operation[] {
  const directories = new Set(paths.flatMap((path) => [...ancestorsOf(path)]));
  return [...directories].sort().map((path): Operation => ({ op: 'makeDirectory', path, mode: 0o755 }));
}

function* ancestorsOf(path: string): Iterable<string> {
  for (let above = posix.dirname(path); above !== '.'; above = posix.dirname(above)) yield above;
}

function showFile(file: RunnerFile): readonly Operation[] {
  const { path } = file;
  if ('content' in file) return [{ op: 'writeFile', path, mode: 0o644, content: file.content }];
  return [
    { op: 'writeFile', path, mode: 0o644, content: new Uint8Array() },
    { op: 'bind', source: file.source, path },
  ];
}
