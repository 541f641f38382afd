import type { CgroupController } from '@sandlot/engine';
import { CGROUP_CONTROLLERS } from '@sandlot/engine';
import { errnoOf } from './cgroup-file.js';
import type { CgroupFailure, CgroupFinding, CgroupStep, ControllerFinding } from './cgroup-finding.js';
import { CgroupTree } from './cgroup-tree.js';
import { allControllers, enableControllers } from './enable-controllers.js';
import { enterWorkerLeaf, hasStrangers, processesIn } from './enter-worker-leaf.js';
import { expectCgroup2, findOwnSubtree } from './find-subtree.js';
import { sweepTrees } from './sweep-trees.js';
import { StepFailure } from '../error/setup-error.js';
import { STEP } from '../native/protocol.js';

/** A tree for our cells, if one could be had, and what was found on the way. */
export interface OpenedTree {
  readonly tree: CgroupTree | undefined;
  readonly finding: CgroupFinding;
}

/**
 * Tries to get a cgroup tree for `slots` slots: below our own cgroup (`auto`), nowhere (`none`), or below the
 * directory that an operator names. Nothing is guessed: whatever the kernel lets us do is used, and what it refuses
 * is in the finding.
 */
export async function openCgroupTree(option: string, slots: number): Promise<OpenedTree> {
  if (option === 'none') return nothing({ source: 'none' });
  const source = option === 'auto' ? 'own' : 'operator';
  const found = option === 'auto' ? findOwnSubtree() : { directory: option };
  if ('errno' in found) {
    return nothing({ source, failure: { step: 'find', path: found.path, errno: found.errno } });
  }
  return await openBelow(source, found.directory, slots);
}

async function openBelow(
  source: CgroupFinding['source'],
  directory: string,
  slots: number,
): Promise<OpenedTree> {
  let leftovers: readonly string[] = [];
  const failed = (step: CgroupStep, path: string, error: unknown): OpenedTree =>
    nothing({ source, directory, leftovers, failure: { step, path, errno: errnoOf(error) } });
  try {
    expectCgroup2(directory);
  } catch (error) {
    return failed('find', directory, error);
  }
  try {
    leftovers = await sweepTrees(directory);
    // With strangers in it there is nothing to be won by moving.
    if (!hasStrangers(directory)) enterWorkerLeaf(directory);
  } catch (error) {
    return failed(errorStep(error), errorPath(error, directory), error);
  }
  // Those that are no family of ours stay, and then no controller can be had.
  const isFree = processesIn(directory).length === 0;
  const controllers = isFree
    ? enableControllers(directory)
    : allControllers({ enabled: false, errno: 'EBUSY' });
  try {
    const tree = CgroupTree.create(directory, slots, enabledOf(controllers));
    const failure = isFree ? {} : { failure: { step: 'enable', path: directory, errno: 'EBUSY' } as const };
    const held = { ...controllers, ...(tree.kind.controllers.has('io') ? {} : withoutDisks(controllers.io)) };
    return { tree, finding: { source, directory, leftovers, controllers: held, ...failure } };
  } catch (error) {
    return failed('make', errorPath(error, directory), error);
  }
}

/**
 * The finding after processes could not be born in the tree of `finding`; undefined if that is not what `error` says,
 * or if it is another failure of the launch.
 */
export function withoutTree(
  { source, directory = '' }: CgroupFinding,
  error: unknown,
): CgroupFinding | undefined {
  const failure = failureIn(error, directory);
  return failure === undefined ? undefined : nothing({ source, directory, failure }).finding;
}

/** Of a birth that the kernel refused, or of a cgroup for a slot that could not be made or given away. */
function failureIn(error: unknown, directory: string): CgroupFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.cause instanceof StepFailure) {
    const { step, errno } = error.cause;
    return step === STEP.clone ? { step: 'clone', path: directory, errno } : undefined;
  }
  const { code, path } = error as NodeJS.ErrnoException;
  return code !== undefined && path?.startsWith(`${directory}/`) === true
    ? { step: 'make', path, errno: code }
    : undefined;
}

/** An io controller that is there, but has no disk whose limit it could hold. */
function withoutDisks(io: ControllerFinding): { readonly io: ControllerFinding } {
  return { io: io.enabled ? { enabled: false, errno: 'no-disk' } : io };
}

function nothing(finding: Omit<CgroupFinding, 'controllers'>): OpenedTree {
  const errno = finding.failure?.errno;
  const controllers = allControllers({ enabled: false, ...(errno === undefined ? {} : { errno }) });
  return { tree: undefined, finding: { ...finding, controllers } };
}

function enabledOf(controllers: CgroupFinding['controllers']): ReadonlySet<CgroupController> {
  return new Set(CGROUP_CONTROLLERS.filter((name) => controllers[name].enabled));
}

/** The first thing done in a subtree is to make the leaf for workers; after that they move. */
function errorStep(error: unknown): CgroupStep {
  return (error as NodeJS.ErrnoException).syscall === 'mkdir' ? 'make' : 'move';
}

function errorPath(error: unknown, directory: string): string {
  return (error as NodeJS.ErrnoException).path ?? directory;
}
