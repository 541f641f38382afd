import type { SeccompProfile, Tier } from '@sandlot/contract';
import { SECCOMP_PROFILES } from '../option/seccomp-profiles.js';
import type { CgroupController } from '@sandlot/engine';
import type { HostIdentity, SubordinateIds } from '@sandlot/sandbox';
import { parseSize } from '../option/size.js';
import { parseListenAddress, type ListenAddress } from './listen-address.js';

/** One variable of the environment: how its text is read, and what is said of it in `--help`. */
export interface Setting<T> {
  readonly form: string;
  readonly meaning: string;
  /** @throws {RangeError} if the text has not the form. */
  readonly parse: (text: string) => T;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const DEFAULT_LISTEN = '127.0.0.1:7420';
export const DEFAULT_GRACE_MS = 15_000;
export const DEFAULT_RETENTION_MS = 86_400_000;
export const DEFAULT_RETENTION_JOBS = 100_000;

export const DEFAULT_CONNECTIONS = 2_048;
export const DEFAULT_WAITS = 1_024;

export const DEFAULT_WASI_RUNNERS = 1;
const MAX_WASI_RUNNERS = 64;

/** All of `TIERS`, by hand: `--help` must not load the engine. */
const MINIMUM_TIERS = ['T0', 'T1', 'T2', 'T3', 'T4'] as const satisfies readonly Tier[];
const SUBORDINATE_IDS = ['auto', 'off', 'require'] as const satisfies readonly SubordinateIds[];
const QUEUE =
  /^(?:embedded|rediss?:\/\/[^/?#]+(?:\/\d{0,3})?|redis\+unix:\/\/\/.+|rediss?\+sentinel:\/\/[^/?#]+\/[^/?#]+(?:\/\d{0,3})?(?:\?.*)?|rediss?\+cluster:\/\/[^/?#]+\/?)$/;
/** 4294967295 stands for no id. */
const MAX_ID = 4_294_967_294;
const MAX_CONCURRENCY = 1_024;
const MAX_CONNECTIONS = 65_536;
const MAX_GRACE_MS = 3_600_000;
/** Below, a result could be gone before whoever waits for it has read it. */
const MIN_RETENTION_MS = 1_000;
const MAX_RETENTION_MS = 31_536_000_000;
const MAX_RETENTION_JOBS = 10_000_000;

/** Every variable that configures the service, except the operator's maxima (`MAXIMA`). */
export const SETTINGS = {
  SANDLOT_LISTEN: setting<ListenAddress>(
    'host:port, [IPv6 address]:port or unix:/absolute/path',
    `where the API listens; default ${DEFAULT_LISTEN}`,
    parseListenAddress,
  ),
  SANDLOT_HEALTH_LISTEN: setting<ListenAddress>(
    'host:port, [IPv6 address]:port or unix:/absolute/path',
    'where /healthz, /readyz and /metrics alone are answered, without keys; default nowhere (the API has its own)',
    parseListenAddress,
  ),
  SANDLOT_API_KEYS_FILE: setting<string>(
    'an absolute path',
    'API keys, made by sandlot keys create; default none: whoever reaches the API may use it',
    (text) => matching(text, /^\//),
  ),
  SANDLOT_ALLOW_UNAUTHENTICATED: setting<boolean>(
    '0 or 1',
    'listen beyond loopback without API keys, behind something else that checks who calls',
    flag,
  ),
  SANDLOT_DATA_DIR: setting<string>(
    'an absolute path',
    'journal and blobs; default $XDG_STATE_HOME/sandlot or ~/.local/state/sandlot',
    (text) => matching(text, /^\//),
  ),
  SANDLOT_QUEUE: setting<string>(
    'embedded, redis://host:port/db, redis+unix:///path, redis+sentinel://host:port,host:port/name or redis+cluster://host:port,host:port',
    'the queue; default embedded',
    (text) => matching(text, QUEUE),
  ),
  SANDLOT_CONCURRENCY: setting<number>(`1 to ${MAX_CONCURRENCY}`, 'jobs at once; default: cores', (text) =>
    integer(text, 1, MAX_CONCURRENCY),
  ),
  SANDLOT_CGROUP: setting<string>(
    'auto, none or an absolute path',
    'cgroup v2 directory that cells get theirs below; default auto: our own, if it may be written to',
    (text) => matching(text, /^(?:auto|none|\/.*)$/),
  ),
  SANDLOT_RUN_AS: setting<HostIdentity>(
    'uid or uid:gid, neither of them 0',
    'what a process that is started as root, as in a container of crun, gives its cgroup to and becomes; default none: it stays root',
    runAs,
  ),
  SANDLOT_REQUIRE: setting<readonly CgroupController[]>(
    'cgroup, or some of memory, pids, cpu, io, with commas between them',
    'cgroup controllers without which nothing starts; cgroup: memory, pids and cpu; default none',
    controllers,
  ),
  SANDLOT_MINIMUM_TIER: setting<Tier>(
    MINIMUM_TIERS.join(', '),
    'worst isolation tier at which a worker takes jobs; otherwise it runs, takes none and says why at /readyz; T4: without namespaces it runs WASI jobs alone; default none: it ends',
    (text) => oneOf(text, MINIMUM_TIERS),
  ),
  SANDLOT_SUBORDINATE_IDS: setting<SubordinateIds>(
    SUBORDINATE_IDS.join(', '),
    'host uids for cells of /etc/subuid, if a plain user starts them: if they can be had, never, or nothing starts without; default auto',
    (text) => oneOf(text, SUBORDINATE_IDS),
  ),
  SANDLOT_SECCOMP_PROFILE: setting<SeccompProfile>(
    SECCOMP_PROFILES.join(', '),
    'system call filter of jobs that name none; default default',
    (text) => oneOf(text, SECCOMP_PROFILES),
  ),
  SANDLOT_SECCOMP_FILE: setting<string>(
    'an absolute path',
    'the profile `operator`: JSON as of the OCI runtime specification; default none',
    (text) => matching(text, /^\//),
  ),
  SANDLOT_WASI_RUNNERS: setting<number | 'off'>(
    `0 to ${MAX_WASI_RUNNERS}, or off`,
    `runners that are kept waiting for WASI jobs, 60 MiB each; off: no such jobs; default ${DEFAULT_WASI_RUNNERS}`,
    (text) => (text === 'off' ? text : integer(text, 0, MAX_WASI_RUNNERS)),
  ),
  SANDLOT_ALLOW_UNENFORCED: setting<boolean>(
    '0 or 1',
    'run jobs that have a limit which nothing here can hold, instead of refusing them',
    flag,
  ),
  SANDLOT_LOG_LEVEL: setting<LogLevel>(
    LOG_LEVELS.join(', '),
    'what is logged to stderr; default info',
    (text) => oneOf(text, LOG_LEVELS),
  ),
  SANDLOT_BODY_BYTES: setting<number>(
    'a size such as 64MiB',
    'largest request body; default 64MiB',
    parseSize,
  ),
  SANDLOT_CONNECTIONS: setting<number>(
    `1 to ${MAX_CONNECTIONS}`,
    `HTTP connections at once; default ${DEFAULT_CONNECTIONS}`,
    (text) => integer(text, 1, MAX_CONNECTIONS),
  ),
  SANDLOT_WAITS: setting<number>(
    `1 to ${MAX_CONNECTIONS}`,
    `requests that follow or wait for jobs at once, half of them for one tenant; default ${DEFAULT_WAITS}`,
    (text) => integer(text, 1, MAX_CONNECTIONS),
  ),
  SANDLOT_GRACE_MS: setting<number>(
    `0 to ${MAX_GRACE_MS} ms`,
    `how long running jobs may take to end at shutdown; default ${DEFAULT_GRACE_MS}`,
    (text) => integer(text, 0, MAX_GRACE_MS),
  ),
  SANDLOT_RETENTION_MS: setting<number>(
    `${MIN_RETENTION_MS} to ${MAX_RETENTION_MS} ms`,
    `how long ended jobs are kept, with their output; default ${DEFAULT_RETENTION_MS}, a day`,
    (text) => integer(text, MIN_RETENTION_MS, MAX_RETENTION_MS),
  ),
  SANDLOT_RETENTION_JOBS: setting<number>(
    `1 to ${MAX_RETENTION_JOBS}`,
    `how many ended jobs are kept, and as many dead ones, the oldest go first; default ${DEFAULT_RETENTION_JOBS}`,
    (text) => integer(text, 1, MAX_RETENTION_JOBS),
  ),
} as const;

/** Puts a setting together. */
export function setting<T>(form: string, meaning: string, parse: (text: string) => T): Setting<T> {
  return { form, meaning, parse };
}

/** @throws {RangeError} unless `text` is a whole number in the range. */
export function integer(text: string, min: number, max: number): number {
  if (!/^\d{1,15}$/.test(text)) throw new RangeError('Not a whole number');
  return between(Number(text), min, max);
}

/** @throws {RangeError} unless `text` is a number that `step` divides: with 1 a whole one, with 0.01 one in hundredths. */
export function decimal(text: string, step: number): number {
  const steps = Number(text) / step;
  // 0.07 is seven hundredths, though not in floating point.
  if (/^\d{1,15}(?:\.\d{1,6})?$/.test(text) && Math.abs(steps - Math.round(steps)) < 1e-6)
    return Number(text);
  throw new RangeError('Not a number of the step');
}

/** @throws {RangeError} unless the value is in the range. */
export function between(value: number, min: number, max: number): number {
  if (value < min || value > max) throw new RangeError('Out of range');
  return value;
}

function flag(text: string): boolean {
  return oneOf(text, ['0', '1'] as const) === '1';
}

/** Of `CGROUP_CONTROLLERS`, by hand and in the order people name them: `--help` must not load the engine. */
const REQUIRABLE = ['memory', 'pids', 'cpu', 'io'] as const satisfies readonly CgroupController[];

function controllers(text: string): readonly CgroupController[] {
  if (text === 'cgroup') return ['memory', 'pids', 'cpu'];
  return [...new Set(text.split(',').map((name) => oneOf(name.trim(), REQUIRABLE)))];
}

function runAs(text: string): HostIdentity {
  const [uid, gid = uid, ...rest] = text.split(':').map((id) => integer(id, 1, MAX_ID));
  if (uid === undefined || gid === undefined || rest.length > 0) throw new RangeError('Not of the form');
  return { uid, gid };
}

function matching(text: string, form: RegExp): string {
  if (!form.test(text)) throw new RangeError('Not of the form');
  return text;
}

function oneOf<T extends string>(text: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) throw new RangeError('Not one of the choices');
  return choice;
}
