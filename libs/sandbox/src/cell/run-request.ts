import { WORK_DIRECTORY, type StepPlan } from '@sandlot/engine';
import { planRlimits, RLIMIT } from '../limits/rlimits.js';
import { BodyWriter } from '../native/body-writer.js';

const NS_PER_MS = 1_000_000;

/** Body of the request to run a step (SBX_RUN_STEP in native/include/protocol.h). */
export function encodeRunRequest({ argv, candidates, env, limits }: StepPlan): Buffer {
  const body = new BodyWriter();
  return body
    .u64(limits.wallTimeMs * NS_PER_MS)
    .list(planRlimits(limits), ({ name, soft, hard }) => body.u32(RLIMIT[name]).u64(soft).u64(hard))
    .strings(candidates)
    .strings(argv)
    .strings(env)
    .string(WORK_DIRECTORY)
    .finish();
}
