import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something a test needs from the machine and cannot bring along. */
export interface Feature {
  /** What is needed, in the words of the reader: `redis-server`, `user namespaces`. */
  readonly feature: string;
  /** How to get it: `apt-get install redis-server`. */
  readonly remedy: string;
  readonly isPresent: boolean;
}

/**
 * Decides whether tests that need a feature run: `describe.runIf(requireFeature(REDIS))(…)`. A missing feature is
 * printed; under `SANDLOT_MUST_RUN=1`, as in CI, nothing may be skipped.
 *
 * @throws {Error} if the feature is missing and `SANDLOT_MUST_RUN=1`: the whole test file fails.
 */
export function requireFeature({ feature, remedy, isPresent }: Feature): boolean {
  if (isPresent) return true;
  const message = `${feature} is missing. To run these tests: ${remedy}`;
  if (process.env['SANDLOT_MUST_RUN'] === '1') {
    throw new Error(`Cannot skip under SANDLOT_MUST_RUN=1: ${message}`);
  }
  process.stderr.write(`SKIP ${message}\n`);
  return false;
}

/** {@link requireFeature} for a program in PATH, with the Debian package that brings it. */
export function requireProgram(program: string, debianPackage: string): boolean {
  return requireFeature({
    feature: program,
    remedy: `apt-get install ${debianPackage}`,
    isPresent: findProgram(program) !== undefined,
  });
}

/** The path of an executable file in PATH, or undefined. */
export function findProgram(program: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return directories.map((directory) => join(directory, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
