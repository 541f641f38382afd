import { errnoOf } from '../cgroup/cgroup-file.js';
import type { CgroupFailure, CgroupSource, CgroupStep } from '../cgroup/cgroup-finding.js';
import { expectCgroup2, findOwnSubtree } from '../cgroup/find-subtree.js';
import { workerIdentity, type HostIdentity } from '../slot/host-identity.js';
import type { CgroupTrial } from './cause/cgroup-cause.js';
import { runProbes } from './run-probes.js';
import { TrialCgroup, sweepTrials, type TryLock } from './trial-cgroup.js';
import { noController, tryControllers } from './try-controllers.js';

export interface CgroupTrialOptions {
  /** As `SandboxOptions.cgroup`. */
  readonly cgroup: string;
  /** Who a slot is outside. */
  readonly slot: HostIdentity;
  /** Absent if the native library could not be loaded: then nothing is swept. */
  readonly tryLock?: TryLock | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries to have a cgroup for a cell: makes one, gives it away, lets a process be born and killed in it, tries every
 * controller, removes it.
 *
 * @throws the reason of the signal; all is as before then too.
 */
export async function tryCgroup(options: CgroupTrialOptions): Promise<CgroupTrial> {
  const { cgroup } = options;
  if (cgroup === 'none') return { source: 'none', controllers: noController('ENOENT') };
  const source: CgroupSource = cgroup === 'auto' ? 'own' : 'operator';
  const found = cgroup === 'auto' ? findOwnSubtree() : { directory: cgroup };
  if ('errno' in found) {
    const failure = { step: 'find', ...found } as const;
    return { source, failure, controllers: noController(found.errno) };
  }
  const { directory } = found;
  return { source, directory, ...(await tryDirectory(directory, options)) };
}

type DirectoryTrial = Pick<CgroupTrial, 'failure' | 'controllers'>;

async function tryDirectory(
  directory: string,
  { slot, tryLock, signal }: CgroupTrialOptions,
): Promise<DirectoryTrial> {
  try {
    expectCgroup2(directory);
    if (tryLock !== undefined) await sweepTrials(directory, tryLock);
  } catch (error) {
    return failed('find', directory, error);
  }
  let trial;
  try {
    trial = TrialCgroup.create(directory, tryLock ?? (() => true));
  } catch (error) {
    return failed('make', pathOf(error, directory), error);
  }
  await using cleanup = trial;
  return (await tryLife(cleanup, slot, signal)) ?? tryHandingOn(directory, cleanup);
}

/** Birth in the place of a cell, and death by cgroup.kill. */
async function tryLife(
  trial: TrialCgroup,
  slot: HostIdentity,
  signal?: AbortSignal,
): Promise<DirectoryTrial | undefined> {
  try {
    trial.makeCell(slot);
  } catch (error) {
    return failed('make', pathOf(error, trial.cell), error);
  }
  const steps = ['clone', 'kill'] as const;
  const names = steps.map((step) => `cgroup-${step}` as const);
  const verdicts = await runProbes({ identity: workerIdentity(), cgroup: trial.cell, names, signal });
  for (const step of steps) {
    const failure = verdicts.get(`cgroup-${step}`)?.failure;
    if (failure !== undefined) return refused({ step, path: trial.cell, errno: failure.errno });
  }
  return undefined;
}

function tryHandingOn(directory: string, trial: TrialCgroup): DirectoryTrial {
  try {
    return { controllers: tryControllers(directory, trial) };
  } catch (error) {
    return failed('move', pathOf(error, directory), error);
  }
}

function failed(step: CgroupStep, path: string, error: unknown): DirectoryTrial {
  return refused({ step, path, errno: errnoOf(error) });
}

function refused(failure: CgroupFailure): DirectoryTrial {
  return { failure, controllers: noController(failure.errno) };
}

function pathOf(error: unknown, otherwise: string): string {
  return (error as NodeJS.ErrnoException).path ?? otherwise;
}
