import { CGROUP_CONTROLLERS, type CgroupController } from '@sandlot/engine';
import { errnoOf, readCgroupFile, writeCgroupFile } from './cgroup-file.js';
import type { CgroupFinding, ControllerFinding } from './cgroup-finding.js';

/**
 * Enables every controller there is for the children of a cgroup, one by one, so that one that is missing does
 * not keep the others out. No process may live in the cgroup itself then (cgroups(7), "no internal processes").
 */
export function enableControllers(directory: string): CgroupFinding['controllers'] {
  const offered = wordsOf(readCgroupFile(directory, 'cgroup.controllers'));
  return mapControllers((controller) => {
    if (!offered.includes(controller)) return { enabled: false, errno: 'ENOENT' };
    try {
      enable(directory, controller);
      return { enabled: true };
    } catch (error) {
      return { enabled: false, errno: errnoOf(error) };
    }
  });
}

/** Enables controllers that the level above has enabled. @throws if the kernel refuses one. */
export function enableAll(directory: string, controllers: ReadonlySet<CgroupController>): void {
  for (const controller of controllers) enable(directory, controller);
}

/** The same finding for each controller. */
export function allControllers(finding: ControllerFinding): CgroupFinding['controllers'] {
  return mapControllers(() => finding);
}

function mapControllers(
  find: (controller: CgroupController) => ControllerFinding,
): CgroupFinding['controllers'] {
  return Object.fromEntries(
    CGROUP_CONTROLLERS.map((name) => [name, find(name)]),
  ) as CgroupFinding['controllers']; // every name was set
}

function enable(directory: string, controller: CgroupController): void {
  if (wordsOf(readCgroupFile(directory, 'cgroup.subtree_control')).includes(controller)) return;
  writeCgroupFile(directory, 'cgroup.subtree_control', `+${controller}`);
}

function wordsOf(text = ''): readonly string[] {
  return text.split(' ');
}
