import type { LimitName } from '@sandlot/contract';
import { join } from 'node:path';
import { CommandError } from '../error/command-error.js';
import { isLocal, parseListenAddress, type ListenAddress } from './listen-address.js';
import { MAXIMA } from './maxima.js';
import { read, readSetting, type Environment } from './read-setting.js';
import { readSandboxConfig, type SandboxConfig } from './sandbox-config.js';
import {
  DEFAULT_CONNECTIONS,
  DEFAULT_GRACE_MS,
  DEFAULT_LISTEN,
  DEFAULT_RETENTION_JOBS,
  DEFAULT_RETENTION_MS,
  DEFAULT_WAITS,
  SETTINGS,
  type LogLevel,
} from './settings.js';

/** How the service was configured. */
export interface ServiceConfig extends SandboxConfig {
  readonly listen: ListenAddress;
  /** Where health and metrics alone are answered; absent: nowhere. */
  readonly healthListen?: ListenAddress;
  /** Below it lie the queue's journal and the blobs. */
  readonly dataDir: string;
  /** `embedded`, or the URL of a Redis. */
  readonly queue: string;
  readonly concurrency: number;
  readonly logLevel: LogLevel;
  /** Largest request body, in bytes; absent: the API's default. */
  readonly bodyBytes?: number;
  /** The file of API keys; absent: there are none. */
  readonly apiKeysFile?: string;
  /** HTTP connections at once. */
  readonly connections: number;
  /** Requests that follow or wait for jobs at once. */
  readonly waits: number;
  readonly maxima: Readonly<Partial<Record<LimitName, number>>>;
  readonly graceMs: number;
  /** How long, and how many, ended jobs are kept. */
  readonly retention: { readonly ageMs: number; readonly count: number };
}

/** Variables of other parts: the client commands, the tests, a payload's own environment. */
const OTHERS: ReadonlySet<string> = new Set([
  'SANDLOT_URL',
  'SANDLOT_API_KEY',
  'SANDLOT_MUST_RUN',
  'SANDLOT_JOB_ID',
  'SANDLOT_ATTEMPT',
]);

/**
 * Reads the service's configuration. Empty variables count as unset.
 *
 * @returns the configuration, and warnings about what is open to everybody and about variables that nothing reads.
 * @throws {CommandError} naming variable, value and expected form.
 */
export function readConfig(
  environment: Environment,
  host: { readonly cores: number; readonly home: string },
): { readonly config: ServiceConfig; readonly warnings: readonly string[] } {
  const listen = read(environment, 'SANDLOT_LISTEN') ?? parseListenAddress(DEFAULT_LISTEN);
  const apiKeysFile = read(environment, 'SANDLOT_API_KEYS_FILE');
  const isOpen = apiKeysFile === undefined && !isLocal(listen);
  if (isOpen) refuseOpen(listen, read(environment, 'SANDLOT_ALLOW_UNAUTHENTICATED') ?? false);
  const bodyBytes = read(environment, 'SANDLOT_BODY_BYTES');
  const healthListen = read(environment, 'SANDLOT_HEALTH_LISTEN');
  const config: ServiceConfig = {
    listen,
    ...(healthListen === undefined ? {} : { healthListen }),
    dataDir: readDataDir(environment, host.home),
    queue: read(environment, 'SANDLOT_QUEUE') ?? 'embedded',
    concurrency: read(environment, 'SANDLOT_CONCURRENCY') ?? host.cores,
    ...readSandboxConfig(environment),
    logLevel: read(environment, 'SANDLOT_LOG_LEVEL') ?? 'info',
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
    ...(apiKeysFile === undefined ? {} : { apiKeysFile }),
    connections: read(environment, 'SANDLOT_CONNECTIONS') ?? DEFAULT_CONNECTIONS,
    waits: read(environment, 'SANDLOT_WAITS') ?? DEFAULT_WAITS,
    maxima: readMaxima(environment),
    graceMs: read(environment, 'SANDLOT_GRACE_MS') ?? DEFAULT_GRACE_MS,
    retention: {
      ageMs: read(environment, 'SANDLOT_RETENTION_MS') ?? DEFAULT_RETENTION_MS,
      count: read(environment, 'SANDLOT_RETENTION_JOBS') ?? DEFAULT_RETENTION_JOBS,
    },
  };
  return { config, warnings: [...(isOpen ? [OPEN] : []), ...warnOfUnknown(environment)] };
}

function readMaxima(environment: Environment): ServiceConfig['maxima'] {
  return Object.fromEntries(
    [...MAXIMA].flatMap(([name, { limit, setting }]) => {
      const value = readSetting(environment, name, setting);
      return value === undefined ? [] : [[limit, value]];
    }),
  );
}

const OPEN =
  'The API is open to other machines and has no keys (SANDLOT_ALLOW_UNAUTHENTICATED=1): everybody who reaches it can run programs here';

/** Other machines must not get in without a key, unless the operator says in so many words that they may. */
function refuseOpen(listen: ListenAddress, isAllowed: boolean): void {
  if (isAllowed || 'path' in listen) return;
  throw new CommandError(
    `SANDLOT_LISTEN=${listen.host}:${listen.port} is open to other machines, and there are no API keys: everybody who reaches it could run programs here. Make keys with "sandlot keys create" and set SANDLOT_API_KEYS_FILE, listen on 127.0.0.1, [::1] or unix:/path, or set SANDLOT_ALLOW_UNAUTHENTICATED=1 behind a proxy that checks who calls`,
  );
}

/** XDG Base Directory Specification: state that outlives a restart; relative paths there are to be ignored. */
/** Where jobs and their contents are kept. */
export function readDataDir(environment: Environment, home: string): string {
  return read(environment, 'SANDLOT_DATA_DIR') ?? defaultDataDir(environment, home);
}

function defaultDataDir(environment: Environment, home: string): string {
  const stateHome = environment['XDG_STATE_HOME'];
  return stateHome?.startsWith('/') === true
    ? join(stateHome, 'sandlot')
    : join(home, '.local/state/sandlot');
}

function warnOfUnknown(environment: Environment): readonly string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('SANDLOT_'))
    .filter((name) => !(name in SETTINGS) && !MAXIMA.has(name) && !OTHERS.has(name))
    .map((name) => `${name} is not a setting of Sandlot and changes nothing; see sandlot serve --help`);
}
