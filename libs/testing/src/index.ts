export { findProgram, requireFeature, requireProgram } from './require-feature.js';
export type { Feature } from './require-feature.js';
