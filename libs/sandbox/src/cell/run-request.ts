import { WORK_DIRECTORY, type CgroupController, type StepPlan } from '@sandlot/engine';
import { planRlimits, RLIMIT } from '../limits/rlimits.js';
import { BodyWriter } from '../native/body-writer.js';
import { RUN } from '../native/protocol.js';
import type { CompiledProfile } from '../seccomp/compiled-profiles.js';

const NS_PER_MS = 1_000_000;
/** How init reads that a limit is none, or somebody else's. */
const NONE = 0;

/**
 * Body of the request to run a step (SBX_RUN_STEP in native/include/protocol.h).
 *
 * @param controllers that the cell's cgroup has.
 * @param profile of the step's system call filter.
 */
export function encodeRunRequest(
  { argv, candidates, env, limits, explain = false }: StepPlan,
  controllers: ReadonlySet<CgroupController>,
  { program, execOnce }: CompiledProfile,
): Buffer {
  const body = new BodyWriter();
  return body
    .u64(limits.wallTimeMs * NS_PER_MS)
    .u64(limits.cpuTimeMs * NS_PER_MS)
    .u64((limits.idleTimeMs ?? NONE) * NS_PER_MS)
    .u64(controllers.has('memory') ? NONE : limits.memoryBytes)
    .list(planRlimits(limits, controllers), ({ name, soft, hard }) =>
      body.u32(RLIMIT[name]).u64(soft).u64(hard),
    )
    .strings(candidates)
    .strings(argv)
    .strings(env)
    .string(WORK_DIRECTORY)
    .u32((explain ? RUN.explain : 0) | (execOnce ? RUN.execOnce : 0))
    .bytes(program)
    .finish();
}
