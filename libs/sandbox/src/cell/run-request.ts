import type { Limits } from '@sandlot/contract';
import type { CgroupController, StepPlan } from '@sandlot/engine';
import { planRlimits, RLIMIT } from '../limits/rlimits.js';
import { BodyWriter } from '../native/body-writer.js';
import { RUN } from '../native/protocol.js';
import { OWN_INODES } from '../rootfs/plan-cell.js';
import type { CompiledProfile } from '../seccomp/compiled-profiles.js';

const NS_PER_MS = 1_000_000;
/** How init reads that a limit is none, or somebody else's. */
const NONE = 0;

/** Where and under what a step is executed. */
export interface RunMeans {
  /** That the cell's cgroup has, or somebody else stands in for. */
  readonly controllers: ReadonlySet<CgroupController>;
  /** Path of the directory to start in. */
  readonly directory: string;
  /** Of its system call filter. */
  readonly profile: CompiledProfile;
  /** Whether the program waits until it is released. @default false */
  readonly held?: boolean;
}

/** Body of the request to run a step (SBX_RUN_STEP in native/include/protocol.h). */
export function encodeRunRequest(
  { argv, candidates, env, limits, explain = false }: Omit<StepPlan, 'name' | 'stdin'>,
  { controllers, directory, profile: { program, execOnce }, held = false }: RunMeans,
): Buffer {
  return writeLimits(new BodyWriter(), { limits, rlimits: limits, controllers })
    .strings(candidates)
    .strings(argv)
    .strings(env)
    .string(directory)
    .u32((explain ? RUN.explain : 0) | (execOnce ? RUN.execOnce : 0) | (held ? RUN.held : 0))
    .bytes(program)
    .finish();
}

/** What a step is held to. */
interface HeldTo {
  /** What init keeps itself. */
  readonly limits: Limits;
  /** What each process is held to (setrlimit(2)). */
  readonly rlimits: Limits;
  readonly controllers: ReadonlySet<CgroupController>;
}

/** Body of the request to release a held step (SBX_RELEASE_STEP). */
export function encodeReleaseRequest(held: HeldTo): Buffer {
  return writeLimits(new BodyWriter(), held)
    .u64(held.limits.diskBytes)
    .u64(held.limits.inodes + OWN_INODES)
    .finish();
}

function writeLimits(body: BodyWriter, { limits, rlimits, controllers }: HeldTo): BodyWriter {
  return body
    .u64(limits.wallTimeMs * NS_PER_MS)
    .u64(limits.cpuTimeMs * NS_PER_MS)
    .u64((limits.idleTimeMs ?? NONE) * NS_PER_MS)
    .u64(controllers.has('memory') ? NONE : limits.memoryBytes)
    .list(planRlimits(rlimits, controllers), ({ name, soft, hard }) =>
      body.u32(RLIMIT[name]).u64(soft).u64(hard),
    );
}
