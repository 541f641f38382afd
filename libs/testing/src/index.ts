export { findProgram, requireFeature, requireProgram } from './require-feature.js';
export type { Feature } from './require-feature.js';
export { describeJobStore } from './store/describe-job-store.js';
export type { OpenedStore } from './store/describe-job-store.js';
export { payloadPath } from './payload/payload-path.js';
export type { PayloadBuild } from './payload/payload-path.js';
