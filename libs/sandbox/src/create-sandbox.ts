import {
  InfrastructureError,
  type CgroupController,
  type RunnerProgram,
  type Sandbox,
} from '@sandlot/engine';
import type { SeccompProfile } from '@sandlot/contract';
import { libraryCause } from './doctor/cause/library-cause.js';
import { explain, joinTexts } from './doctor/explain.js';
import { tryLibrary } from './native/try-library.js';
import type { SubordinateIds } from './slot/identify-worker.js';

export interface SandboxOptions {
  /** Cells that can be open at once. Range 1–1024. */
  readonly slots: number;
  /**
   * Where cells get their cgroups: `auto` (below our own, if it may be written to), `none`, or the path of a
   * cgroup v2 directory. @default 'auto'
   */
  readonly cgroup?: string;
  /** Controllers without which not to start. @default none: what is missing is replaced as well as can be */
  readonly require?: readonly CgroupController[];
  readonly seccomp?: SeccompOptions;
  /**
   * Host uids of slots, if a plain user starts them: `auto` (of its subordinate ranges, if newuidmap(1) maps them, or
   * else its own), `off` (its own), or `require` (not to start without). @default 'auto'
   */
  readonly subordinateIds?: SubordinateIds;
  /** What cells with a runner are for; or why there can be none. @default none: there are no such cells */
  readonly runner?: RunnerOptions | Error;
}

export interface RunnerOptions {
  readonly program: RunnerProgram;
  /** Runners that are kept waiting for a job. Range 0–64; 0: each is started when it is needed. */
  readonly spare: number;
}

/** System call filters of jobs. */
export interface SeccompOptions {
  /** The profile of jobs that name none. @default 'default' */
  readonly profile?: SeccompProfile;
  /** Path of the profile `operator`, JSON as of the OCI runtime specification. @default none: there is no such profile */
  readonly file?: string;
}

/**
 * Starts a sandbox: its slots run when it resolves.
 *
 * What needs the native library is imported only now. `sandlot doctor` imports this package too, and must be able to
 * say why the library cannot be loaded.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` with the step, errno and remedy, if this host cannot do it, if
 * an operator's cgroup cannot be used, or if a required controller or uid cannot be had.
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const failure = await tryLibrary();
  if (failure !== undefined) {
    const reason = joinTexts([explain(libraryCause(failure))]);
    throw new InfrastructureError('sandbox-setup-failed', `Cannot load ${failure.step}. ${reason}`);
  }
  const { startSandbox } = await import('./start-sandbox.js');
  return await startSandbox(options);
}
