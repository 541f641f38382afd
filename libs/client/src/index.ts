export { createClient } from './create-client.js';
export type { Client, ClientOptions, EventsOptions, SubmitOptions } from './client.js';
export type { ReceivedEvent } from './events/parse-event.js';
export { ConnectionError } from './connection-error.js';
export { ProblemError } from './problem-error.js';
