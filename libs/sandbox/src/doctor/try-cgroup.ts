import { accessSync, constants, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { CGROUP_CONTROLLERS, type CgroupController } from '@sandlot/engine';
import { errnoOf } from '../cgroup/cgroup-file.js';
import type { CgroupFinding, CgroupSource } from '../cgroup/cgroup-finding.js';
import { hasStrangers } from '../cgroup/enter-worker-leaf.js';
import { findOwnSubtree } from '../cgroup/find-subtree.js';
import { workerIdentity } from '../slot/host-identity.js';
import { runProbes } from './run-probes.js';

type Controllers = CgroupFinding['controllers'];
type Failure = NonNullable<CgroupFinding['failure']>;

/**
 * Tries to have a cgroup for a cell: makes one, lets a process be born and killed in it, removes it. Moves no
 * process and enables no controller, since a worker may be running here: of controllers it finds out whether they
 * are here and whether we may hand them on.
 *
 * @param option as `SandboxOptions.cgroup`
 */
export async function tryCgroup(option: string): Promise<CgroupFinding> {
  if (option === 'none') return { source: 'none', controllers: noController('ENOENT') };
  const source: CgroupSource = option === 'auto' ? 'own' : 'operator';
  const found = option === 'auto' ? findOwnSubtree() : { directory: option };
  if ('errno' in found) {
    const failure = { step: 'find', ...found } as const;
    return { source, failure, controllers: noController(found.errno) };
  }
  const { directory } = found;
  const failure = await tryDirectory(directory);
  if (failure !== undefined) return { source, directory, failure, controllers: noController(failure.errno) };
  return { source, directory, controllers: tryControllers(directory) };
}

async function tryDirectory(directory: string): Promise<Failure | undefined> {
  const path = join(directory, `sandlot-doctor-${process.pid}`);
  try {
    readFileSync(join(directory, 'cgroup.controllers'));
  } catch (error) {
    return { step: 'find', path: directory, errno: errnoOf(error) };
  }
  try {
    mkdirSync(path);
  } catch (error) {
    return { step: 'make', path, errno: errnoOf(error) };
  }
  try {
    return await tryLife(path);
  } finally {
    rmdirSync(path);
  }
}

/** Birth in the cgroup and death by cgroup.kill. */
async function tryLife(path: string): Promise<Failure | undefined> {
  const steps = ['clone', 'kill'] as const;
  const names = steps.map((step) => `cgroup-${step}` as const);
  const verdicts = await runProbes({ identity: workerIdentity(), cgroup: path, names });
  for (const step of steps) {
    const failure = verdicts.get(`cgroup-${step}`)?.failure;
    if (failure !== undefined) return { step, path, errno: failure.errno };
  }
  return undefined;
}

function tryControllers(directory: string): Controllers {
  const present = readFileSync(join(directory, 'cgroup.controllers'), 'utf8').trim().split(' ');
  const errno =
    refusal(join(directory, 'cgroup.subtree_control')) ?? (hasStrangers(directory) ? 'EBUSY' : undefined);
  return each((name) => {
    if (!present.includes(name)) return { enabled: false, errno: 'ENOENT' };
    return errno === undefined ? { enabled: true } : { enabled: false, errno };
  });
}

function refusal(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}

function noController(errno: string): Controllers {
  return each(() => ({ enabled: false, errno }));
}

function each(of: (name: CgroupController) => Controllers[CgroupController]): Controllers {
  const [cpu, io, memory, pids] = CGROUP_CONTROLLERS;
  return { cpu: of(cpu), io: of(io), memory: of(memory), pids: of(pids) };
}
