export {
  INFRASTRUCTURE_CODES,
  InfrastructureError,
  toInfrastructureError,
} from './error/infrastructure-error.js';
export type { InfrastructureCode } from './error/infrastructure-error.js';
export type {
  JobRecord,
  JobResult,
  NewJob,
  StoredArtifact,
  StoredArtifacts,
  StoredBytes,
  StoredOutput,
  StoredSpec,
  StoredStep,
} from './job/job-record.js';
export { storeArtifacts } from './job/store-artifacts.js';
export { INLINE_TOTAL_BYTES } from './job/store-contents.js';
export { INLINE_BYTES, loadBytes, openBytes, storeBytes } from './job/store-bytes.js';
export { loadSpec, stdinBytes, storeSpec } from './job/store-spec.js';
export { enforcementOf, unheldLimits } from './limits/enforcement-of.js';
export type { UnheldLimit } from './limits/enforcement-of.js';
export { resolveJobLimits } from './limits/resolve-job-limits.js';
export type { FieldExcess, JobLimits, ResolvedJobLimits } from './limits/resolve-job-limits.js';
export { resolveLimits } from './limits/resolve-limits.js';
export type { LimitExcess, LimitMaxima, ResolvedLimits } from './limits/resolve-limits.js';
export { stepsOf } from './job/steps-of.js';
export { terminalState } from './job/terminal-state.js';
export { toDocument } from './job/to-document.js';
export { classifyStep } from './outcome/classify-step.js';
export { DEFAULT_ENVIRONMENT, planCandidates, planJob } from './plan/plan-job.js';
export type { JobPlan, PlannableJob, PlannableStep } from './plan/plan-job.js';
export { tenantKey } from './queue/tenant-key.js';
export { LEASE_ENDS } from './queue/job-queue.js';
export type {
  CancelResult,
  ConsumeOptions,
  EnqueueResult,
  IdempotencyKey,
  JobConsumer,
  JobHandler,
  JobQueue,
  Lease,
  LeaseEnd,
  ReserveResult,
  StoredEvent,
} from './queue/job-queue.js';
export { MAX_ATTEMPTS, MAX_WORKER_DEATHS, decideRetry } from './retry/decide-retry.js';
export type { RetryDecision } from './retry/decide-retry.js';
export { executePlan } from './run/execute-plan.js';
export type { RunObserver, RunReport } from './run/execute-plan.js';
export { notCollected } from './run/collect-artifacts.js';
export type { CollectedOutput } from './run/output-collector.js';
export { sumUsage } from './run/sum-usage.js';
export type { RunnerFile, RunnerProgram } from './sandbox/runner-program.js';
export { isWorseTier } from './sandbox/is-worse-tier.js';
export { CGROUP_CONTROLLERS, WORK_DIRECTORY } from './sandbox/sandbox.js';
export type {
  AbilityFinding,
  Cell,
  CellFile,
  CellPlan,
  CgroupController,
  CollectedFile,
  Collection,
  KillReason,
  LeftOutFile,
  RunnerCounts,
  Sandbox,
  SandboxAbilities,
  StepEnd,
  StepInput,
  StepIo,
  StepObservation,
  StepPlan,
} from './sandbox/sandbox.js';
export type { JobStore } from './store/job-store.js';
