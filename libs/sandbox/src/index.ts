export { createSandbox } from './create-sandbox.js';
export type { SandboxOptions } from './create-sandbox.js';
