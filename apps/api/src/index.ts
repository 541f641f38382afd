export { startApi } from './start-api.js';
export type { ApiServer } from './start-api.js';
export type { ApiOptions, ListenAddress, ServiceInfo } from './api-options.js';
