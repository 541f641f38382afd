export { admitModule } from './module/admit-module.js';
export type { Admission, Admitted, WasiImport } from './module/admit-module.js';
export { DEFAULT_MODULE_BOUNDS } from './module/bounds.js';
export type { ModuleBounds } from './module/bounds.js';
export { MODULE_REFUSALS } from './module/refusal.js';
export type { ModuleRefusal, Refused } from './module/refusal.js';
export { PREVIEW1_FUNCTIONS, WASI_VERSIONS } from './module/wasi-functions.js';
export type { WasiFunction, WasiVersion } from './module/wasi-functions.js';
