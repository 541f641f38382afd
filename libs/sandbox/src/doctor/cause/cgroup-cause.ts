import { dirname } from 'node:path';
import type { CgroupController } from '@sandlot/engine';
import type { CgroupFinding } from '../../cgroup/cgroup-finding.js';
import type { Explanation } from '../explain.js';
import type { HostFacts } from '../host-facts.js';
import type { ControllerTrial, ControllerTrials } from '../try-controllers.js';
import { lackingCapabilities } from './failure.js';

/** What trying a cgroup came to, with the owner of the path that refused. */
export interface CgroupTrial extends CgroupFinding {
  readonly owner?: number;
  readonly controllers: ControllerTrials;
}

type CgroupFailure = NonNullable<CgroupFinding['failure']>;

/** Why no cgroup could be had for cells. */
export function cgroupCause(failure: CgroupFailure, trial: CgroupTrial, facts: HostFacts): Explanation {
  const { step, errno, path } = failure;
  if (!facts.hasProc) return { code: 'no-proc' };
  if (step === 'find') return findCause(trial, path, errno);
  switch (errno) {
    case 'EROFS':
      return { code: 'cgroup-read-only' };
    case 'EACCES':
    case 'EPERM':
      if (cannotGiveAway(failure, facts)) return rootCause(facts);
      if (step === 'move' || step === 'clone')
        return { code: 'cgroup-elsewhere', words: { path: trial.directory ?? path } };
      return ownerCause(path, trial, facts);
    case 'EBUSY':
      return { code: 'cgroup-busy', words: { path } };
    case 'ENOTSUP':
      return { code: 'cgroup-threaded', words: { path: trial.directory ?? path } };
    case 'EAGAIN':
      return { code: 'cgroup-limit-reached', words: { path } };
    case 'ENOENT':
    case 'ENOSYS':
      return step === 'kill' || step === 'clone'
        ? { code: 'kernel-too-old', words: { kernel: facts.kernel } }
        : { code: 'cgroup-not-found', words: { path } };
    default:
      return { code: 'unexplained', words: { errno, step } };
  }
}

/** Why a controller cannot be used below a cgroup that can. */
export function controllerCause(
  controller: CgroupController,
  { errno = 'ENOENT', step }: ControllerTrial,
  trial: CgroupTrial,
  facts: HostFacts,
): Explanation {
  const path = trial.directory ?? '/sys/fs/cgroup';
  if (errno === 'no-disk') return { code: 'no-disk-to-limit' };
  if (step !== undefined) return { code: 'controller-without-file', words: { controller, step, errno } };
  if (errno === 'ENOENT') return { code: 'controller-not-enabled', words: { controller, path } };
  return cgroupCause({ step: 'enable', path, errno }, trial, facts);
}

/** One hierarchy of version 1 is enough to keep a controller out of version 2 (cgroups(7)). */
export function v1Cause(
  controller: CgroupController,
  { cgroup: { v1Controllers } }: HostFacts,
): Explanation | undefined {
  const oldName = controller === 'io' ? 'blkio' : controller;
  if (!v1Controllers.includes(oldName)) return undefined;
  return { code: 'cgroup-v1', words: { controllers: v1Controllers.join(', ') } };
}

function findCause({ source }: CgroupTrial, path: string, errno: string): Explanation {
  if (source === 'operator') return { code: 'cgroup-not-found', words: { path } };
  if (errno === 'outside') return { code: 'cgroup-outside', words: { path } };
  return errno === 'root' ? { code: 'cgroup-root' } : { code: 'cgroup-not-mounted' };
}

const GIVING = { CAP_CHOWN: 0, CAP_DAC_OVERRIDE: 1 } as const;

/** A worker that is uid 0 owns its cgroups, but gives cgroup.procs to the slot's uid, and is born there all the same. */
function cannotGiveAway({ step, errno }: CgroupFailure, facts: HostFacts): boolean {
  if (facts.uid !== 0 || lackingCapabilities(facts, GIVING).length === 0) return false;
  return (step === 'make' && errno === 'EPERM') || (step === 'clone' && errno === 'EACCES');
}

function rootCause(facts: HostFacts): Explanation {
  const capabilities = lackingCapabilities(facts, GIVING).join(' and ');
  return { code: 'cgroup-without-capabilities', words: { capabilities } };
}

/** Who owns what has an owner without an id here (user_namespaces(7)). */
const OVERFLOW_UID = 65_534;

/** In a container the runtime has chosen the owner; elsewhere the service manager has not delegated. */
function ownerCause(path: string, { owner, directory }: CgroupTrial, facts: HostFacts): Explanation {
  const place = directory ?? dirname(path);
  const { uid, container } = facts;
  if (container !== undefined && owner !== undefined && owner !== uid) {
    if (uid !== 0) return { code: 'cgroup-of-another-user', words: { path: place, owner, uid } };
    if (owner !== OVERFLOW_UID) return { code: 'cgroup-not-of-root', words: { path: place, owner } };
  }
  return { code: 'cgroup-not-delegated', words: { path: place, uid } };
}
