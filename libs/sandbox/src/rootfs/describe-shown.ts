import type { SandboxAbilities } from '@sandlot/engine';
import { findCause } from '../doctor/cause/find-cause.js';
import { explain, joinTexts } from '../doctor/explain.js';
import { readHost } from '../doctor/read-host.js';
import { errnoName } from '../error/errno-name.js';
import type { StepError } from '../native/protocol.js';
import type { RootPlan } from './plan.js';

/** What a slot shows by the host's own inodes, because the kernel refused others: the first such directory. */
export interface BoundTree {
  readonly path: string;
  readonly errno: string;
}

/** Reads what init says of a plan that it has performed. Undefined: every directory has inodes of its own. */
export function findBoundTree(plan: RootPlan, { index, errno }: StepError): BoundTree | undefined {
  const operation = plan[index];
  if (errno === 0 || operation?.op !== 'showTree') return undefined;
  return { path: operation.source, errno: errnoName(errno) };
}

/** Tells what of the host a job can lock, so that others notice. */
export function describeShown(plan: RootPlan, tree: BoundTree | undefined): SandboxAbilities['findings'] {
  const files = plan.flatMap((operation) =>
    operation.op === 'bind' && operation.device !== true ? [operation.source] : [],
  );
  return [
    ...(tree === undefined ? [] : [treeFinding(tree)]),
    ...(files.length === 0 ? [] : [filesFinding(files)]),
  ];
}

function treeFinding({ path, errno }: BoundTree): SandboxAbilities['findings'][number] {
  const failure = { ability: 'overlay', step: path, errno, notes: {}, isProven: true } as const;
  const reason = joinTexts([explain(findCause(failure, readHost()))]);
  return {
    ability: 'overlay',
    message: `Cells show ${path} by a bind mount (overlay: ${errno}): locks on its files are seen by other jobs and by the host. ${reason}`,
  };
}

function filesFinding(files: readonly string[]): SandboxAbilities['findings'][number] {
  return {
    ability: 'overlay',
    message: `Cells show ${files.join(', ')} by bind mounts: locks on these files are seen by other jobs and by the host. They are too large to be copied, or not for everybody to read.`,
  };
}
