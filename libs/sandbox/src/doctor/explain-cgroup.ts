import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CgroupController } from '@sandlot/engine';
import type { CgroupFinding } from '../cgroup/cgroup-finding.js';
import { cgroupCause, controllerCause, v1Cause, type CgroupTrial } from './cause/cgroup-cause.js';
import type { Explanation } from './explain.js';
import type { HostFacts } from './host-facts.js';

/** Why cells have no cgroup; undefined if they do. */
export function explainCgroup(trial: CgroupTrial, facts: HostFacts): Explanation | undefined {
  if (trial.source === 'none') return { code: 'cgroup-refused' };
  return trial.failure === undefined ? undefined : cgroupCause(trial.failure, trial, facts);
}

/** Why cells have no such controller; undefined if they do. */
export function explainController(
  controller: CgroupController,
  trial: CgroupTrial,
  facts: HostFacts,
): Explanation | undefined {
  const controllerTrial = trial.controllers[controller];
  if (controllerTrial.enabled) return undefined;
  // What made everything fail explains this too.
  return (
    explainV1(controller, trial, facts) ??
    explainCgroup(trial, facts) ??
    controllerCause(controller, controllerTrial, trial, facts)
  );
}

/** A controller of cgroup v1 stays where it is, whatever becomes of a directory in version 2. */
export function explainV1(
  controller: CgroupController,
  { source, failure }: CgroupTrial,
  facts: HostFacts,
): Explanation | undefined {
  // An operator who names a wrong place wants to hear of that place.
  const isWrongPlace = source === 'operator' && failure?.step === 'find';
  return source === 'none' || isWrongPlace ? undefined : v1Cause(controller, facts);
}

/** Adds who owns the directory that refused: who was to be asked. */
export function withOwner(finding: CgroupFinding | CgroupTrial): CgroupTrial {
  const { directory, failure } = finding;
  const path = directory ?? (failure === undefined ? undefined : dirname(failure.path));
  const owner = path === undefined ? undefined : ownerOf(path);
  return owner === undefined ? finding : { ...finding, owner };
}

/** Undefined if there is nobody, or if we may not even look. */
function ownerOf(path: string): number | undefined {
  try {
    return lstatSync(path).uid;
  } catch {
    // What was tried there has failed already, and says why.
    return undefined;
  }
}
