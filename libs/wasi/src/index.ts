export { decodeRunRecord } from './decode-run-record.js';
export { runnerProgram } from './program/runner-program.js';
export type { CellFile, RunnerProgram } from './program/runner-program.js';
export {
  encodeRunRequest,
  READY_LINE,
  RECORD_MAX_BYTES,
  RUN_ENGINES,
  RUN_OPTIMIZATIONS,
  TRAP_KINDS,
} from './runner-protocol.js';
export type {
  RunEngine,
  RunOptimization,
  RunPreopen,
  RunRecord,
  RunRequest,
  TrapKind,
} from './runner-protocol.js';
export { admitModule } from './module/admit-module.js';
export type { Admission, Admitted, WasiImport } from './module/admit-module.js';
export { DEFAULT_MODULE_BOUNDS } from './module/bounds.js';
export type { ModuleBounds } from './module/bounds.js';
export { MODULE_REFUSALS } from './module/refusal.js';
export type { ModuleRefusal, Refused } from './module/refusal.js';
export { PREVIEW1_FUNCTIONS, WASI_VERSIONS } from './module/wasi-functions.js';
export type { WasiFunction, WasiVersion } from './module/wasi-functions.js';
export { createWasiSandbox } from './sandbox/wasi-sandbox.js';
export { wasiRunner } from './sandbox/wasi-runner.js';
