import { DEFAULT_LIMITS, type Limits } from '@sandlot/contract';
import { CGROUP_CONTROLLERS, type CgroupController } from '@sandlot/engine';
import { errnoOf, readCgroupFile, writeCgroupFile } from '../cgroup/cgroup-file.js';
import type { ControllerFinding } from '../cgroup/cgroup-finding.js';
import { enableControllers } from '../cgroup/enable-controllers.js';
import { hasStrangers } from '../cgroup/enter-worker-leaf.js';
import { planLimitFiles, type LimitFile } from '../cgroup/limit-files.js';
import { LimitWriter } from '../cgroup/limit-writer.js';
import { listDisks } from '../cgroup/list-disks.js';
import type { TrialCgroup } from './trial-cgroup.js';
import { withoutProcesses } from './without-processes.js';

/** What trying a controller came to. */
export interface ControllerTrial extends ControllerFinding {
  /** The file that did not take a limit; absent if the controller could not be enabled. */
  readonly step?: string;
}

export type ControllerTrials = Readonly<Record<CgroupController, ControllerTrial>>;

/** Every limit that a cgroup can hold, as a job may ask for it. */
const SOME_LIMITS: Limits = { ...DEFAULT_LIMITS, cpuCores: 0.5, cpuWeight: 50, ioBytesPerSecond: 1 << 30 };

/**
 * Tries each controller as a worker uses it: enables it from `directory` down to a cell, writes limits and reads
 * them back. Afterwards `directory` gives its children what it gave them before, and its processes are back in it.
 *
 * Without success where processes live right in `directory` that the worker would not move: then nothing is touched.
 */
export function tryControllers(directory: string, trial: TrialCgroup): ControllerTrials {
  if (hasStrangers(directory)) return refuseOffered(directory);
  return withoutProcesses(directory, () => {
    const before = enabledIn(directory);
    const enabled = enableControllers(directory);
    try {
      const passedOn = enableControllers(trial.path);
      return eachController((name) => {
        if (!enabled[name].enabled) return enabled[name];
        return passedOn[name].enabled ? tryLimits(name, trial) : passedOn[name];
      });
    } finally {
      disable(trial.path, enabledIn(trial.path));
      disable(
        directory,
        enabledIn(directory).filter((name) => !before.includes(name)),
      );
    }
  });
}

/** The same of every controller. */
export function noController(errno: string): ControllerTrials {
  return eachController(() => ({ enabled: false, errno }));
}

function refuseOffered(directory: string): ControllerTrials {
  const offered = wordsOf(readCgroupFile(directory, 'cgroup.controllers'));
  return eachController((name) => ({ enabled: false, errno: offered.includes(name) ? 'EBUSY' : 'ENOENT' }));
}

/** Writes what a cell and its slot get. Disks must all take it, as for the worker, or io holds nothing. */
function tryLimits(name: CgroupController, { path, cell }: TrialCgroup): ControllerTrial {
  const disks = name === 'io' ? listDisks() : [];
  const plan = planLimitFiles(SOME_LIMITS, new Set([name]), disks);
  const trials = [
    ...plan.cell.map((file) => tryFile(cell, file)),
    ...plan.slot.map((file) => tryFile(path, file)),
  ];
  const failure = trials.find(({ enabled }) => !enabled);
  if (name !== 'io') return failure ?? { enabled: true };
  const isHeld = failure === undefined && disks.length > 0;
  return isHeld ? { enabled: true } : { enabled: false, step: 'io.max', errno: 'no-disk' };
}

function tryFile(directory: string, file: LimitFile): ControllerTrial {
  try {
    new LimitWriter(directory).write([file]);
    return { enabled: true };
  } catch (error) {
    const { cause } = error as Error; // of the system call; without one the value read back was another
    return { enabled: false, step: file.name, errno: cause === undefined ? 'EINVAL' : errnoOf(cause) };
  }
}

function enabledIn(directory: string): readonly string[] {
  return wordsOf(readCgroupFile(directory, 'cgroup.subtree_control'));
}

function disable(directory: string, controllers: readonly string[]): void {
  for (const name of controllers) {
    try {
      writeCgroupFile(directory, 'cgroup.subtree_control', `-${name}`);
    } catch {
      // A worker that has started here in the meantime hands it on.
    }
  }
}

function wordsOf(text = ''): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

function eachController(of: (name: CgroupController) => ControllerTrial): ControllerTrials {
  const [cpu, io, memory, pids] = CGROUP_CONTROLLERS;
  return { cpu: of(cpu), io: of(io), memory: of(memory), pids: of(pids) };
}
