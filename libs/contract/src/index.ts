export { DEFAULT_LIMITS, LIMITS, LIMIT_NAMES, limitsSchema, stepLimitsSchema } from './limits/limits.js';
export type {
  LimitDefinition,
  LimitName,
  Limits,
  OptionalLimitName,
  RequestedLimits,
} from './limits/limits.js';
export { CLOCKS, OUTPUT_STREAMS, WASM_TRAPS, isSuccess, outcomeSchema } from './outcome/outcome.js';
export type { Outcome, OutcomeKind, OutputStream, WasmTrap } from './outcome/outcome.js';
export { jobUsageSchema, stepUsageSchema } from './outcome/usage.js';
export type { JobUsage, StepUsage } from './outcome/usage.js';
export { MECHANISMS, enforcementSchema, mechanismSchema } from './outcome/enforcement.js';
export type { Enforcement, Mechanism } from './outcome/enforcement.js';
export { TIERS, tierSchema } from './outcome/tier.js';
export type { Tier } from './outcome/tier.js';
export { isJobId } from './job/job-id.js';
export { JOB_STATES, isTerminal } from './job/job-state.js';
export type { JobState } from './job/job-state.js';
export { ARTIFACT_BOUNDS, LEFT_OUT_REASONS, artifactSchema, leftOutArtifactSchema } from './job/artifact.js';
export type { Artifact, ArtifactRequest, LeftOutArtifact, LeftOutReason } from './job/artifact.js';
export { ENCODINGS } from './job/content.js';
export { MAX_PATH_BYTES, pathDefect, relativePathSchema } from './job/relative-path.js';
export { inputFileSchema } from './job/input-file.js';
export type { InputFile } from './job/input-file.js';
export { jobSpecSchema } from './job/job-spec.js';
export type { JobSpec, JobSpecInput } from './job/job-spec.js';
export { SECCOMP_PROFILES, deniedCallSchema } from './job/seccomp.js';
export type { DeniedCall, SeccompProfile } from './job/seccomp.js';
export { RUNTIMES, WASI_ENGINES, WASI_OPTIMIZATIONS, wasiProgramOf } from './job/wasi.js';
export type { Runtime, WasiEngine, WasiOptimization, WasiPreopen, WasiProgram } from './job/wasi.js';
export { stdinSchema } from './job/stdin.js';
export type { Stdin } from './job/stdin.js';
export { MAX_STEPS, stepsSchema } from './job/step-spec.js';
export type { StepSpec } from './job/step-spec.js';
export {
  acceptedSpecSchema,
  acceptedStepSchema,
  attemptSchema,
  jobDocumentSchema,
  outputSchema,
  stepResultSchema,
} from './job/job-document.js';
export type {
  AcceptedSpec,
  AcceptedStep,
  Attempt,
  JobDocument,
  Output,
  StepResult,
} from './job/job-document.js';
export { misfitsOf } from './job/check-files.js';
export { decodeUtf8, encodeOutput } from './job/encode-output.js';
export { unfinishedCharacterBytes } from './job/unfinished-character.js';
export { jobEventSchema, outputEventSchema, stateEventSchema } from './event/job-event.js';
export type { JobEvent, OutputEvent, StateEvent } from './event/job-event.js';
export { PROBLEM_CODES, PROBLEMS } from './problem/catalogue.js';
export type { ProblemCode, ProblemDefinition } from './problem/catalogue.js';
export { problemOfIssues } from './problem/problem-of-issues.js';
export { fieldErrorSchema, fieldName, problem, problemSchema } from './problem/problem.js';
export type { FieldError, Problem } from './problem/problem.js';
export { quote } from './text/quote.js';
