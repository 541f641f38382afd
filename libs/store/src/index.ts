export { createDiskStore } from './disk-store.js';
export type { DiskStoreOptions } from './disk-store.js';
