export { findProgram, requireFeature, requireProgram } from './require-feature.js';
export type { Feature } from './require-feature.js';
export { describeJobStore } from './store/describe-job-store.js';
export type { OpenedStore } from './store/describe-job-store.js';
export { payloadPath } from './payload/payload-path.js';
export type { PayloadBuild } from './payload/payload-path.js';
export { describeJobQueue } from './queue/describe-job-queue.js';
export {
  collectEvents,
  consumeWith,
  leaseEnd,
  statesOf,
  submitWith,
  waitFor,
  waitForEnd,
  waitForState,
} from './queue/queue-driver.js';
export type { HarnessOptions, OpenedQueue, OpenQueue } from './queue/queue-harness.js';
export { sampleId, sampleJob, sampleOutput, sampleResult } from './queue/sample-jobs.js';
export { startRedis } from './queue/start-redis.js';
export type { RedisServer } from './queue/start-redis.js';
export { startRedisCluster, startRedisSentinels } from './queue/start-redis-group.js';
export type { RedisGroup } from './queue/start-redis-group.js';
export { compileWasm, requireWasmCompiler } from './wasm/compile-wasm.js';
