/**
 * What the worker and the runner in a cell say to each other.
 *
 * The runner reads fd 3 and writes fd 4. It writes {@link READY_LINE} once everything is loaded, then waits. The worker
 * writes one request (`encodeRunRequest`): a length as u32 little-endian, that many bytes of JSON, the module. End of
 * file before the first byte means that nobody wants this runner: it exits with code 0. After the run the runner writes
 * one line of JSON, at most {@link RECORD_MAX_BYTES} bytes, and exits with code 0. Without that line it failed or was killed.
 *
 * The guest shares a process with the runner, so whatever comes from fd 4 may be the guest's: `decodeRunRecord` takes
 * nothing for granted, and what it returns is the guest's word about itself.
 */
export const READY_LINE = '{"ready":true}\n';

/** The longest record, its newline included. */
export const RECORD_MAX_BYTES = 8192;

/** `wasmer`: @wasmer/wasi holds arguments, environment, start and trap. `node`: node:wasi alone. */
export const RUN_ENGINES = ['wasmer', 'node'] as const;
export type RunEngine = (typeof RUN_ENGINES)[number];

/**
 * `start`: V8's baseline compiler first, which suits short runs. `throughput`: every function is optimised before it
 * runs, since V8 does not exchange the code of a loop while the loop runs.
 */
export const RUN_OPTIMIZATIONS = ['start', 'throughput'] as const;
export type RunOptimization = (typeof RUN_OPTIMIZATIONS)[number];

/**
 * The stack of V8 in a runner, which it has to know when it starts, before there is a job. A mebibyte below the usual
 * RLIMIT_STACK: what V8 and Node do in C++ does not look at V8's limit.
 */
export const RUNNER_STACK_BYTES = 7 * 1024 * 1024;

/** Of that, what the runner needs below and above the guest; most of it is the headroom for calls of @wasmer/wasi. */
const OWN_STACK_BYTES = 128 * 1024;

/** The most that the calls of a guest may take. */
export const GUEST_STACK_MAX_BYTES = RUNNER_STACK_BYTES - OWN_STACK_BYTES;

/** What made a guest trap, in the words of the WebAssembly specification where it has any. */
export const TRAP_KINDS = [
  'unreachable',
  'out-of-bounds',
  'divide-by-zero',
  'integer-overflow',
  'indirect-call-mismatch',
  'null-reference',
  'stack-overflow',
  'invalid-conversion',
  'other',
] as const;
export type TrapKind = (typeof TRAP_KINDS)[number];

/** A directory that the guest finds open when it starts. */
export interface RunPreopen {
  /** The name the guest knows it by: `/`, `/data`. */
  readonly guest: string;
  /** The path in the cell: `/box`. It is made if it does not exist. */
  readonly host: string;
  /** Every attempt to change something below it ends with errno `perm`. */
  readonly readOnly: boolean;
}

export interface RunRequest {
  readonly engine: RunEngine;
  /** As the guest sees them; by custom the first is the program's name. */
  readonly args: readonly string[];
  /** `NAME=value` each. */
  readonly env: readonly string[];
  /** Guest descriptors from 3 on, in this order. */
  readonly preopens: readonly RunPreopen[];
  /** @default 'start' */
  readonly optimize?: RunOptimization;
  /** What the guest's calls may take of V8's stack; beyond it `stack-overflow`. @default GUEST_STACK_MAX_BYTES, which is also the most */
  readonly stackBytes?: number;
  /** How many descriptors the guest may have, those that it finds open included. @default no bound */
  readonly openFiles?: number;
}

/** The JSON before the module. */
export interface RunHeader extends RunRequest {
  readonly moduleBytes: number;
}

/** How the run ended, if the process lived to tell. */
export type RunRecord =
  | { readonly kind: 'exited'; /** Of 32 bits, unmasked: -1 is 4294967295. */ readonly exitCode: number }
  | {
      readonly kind: 'trapped';
      readonly trap: TrapKind;
      /** The engine's own words. */
      readonly message: string;
      /** The function that trapped, if the module names its functions. */
      readonly function?: string;
    }
  /** V8 does not compile the module or does not link it; the message says why. */
  | { readonly kind: 'refused'; readonly message: string };

const DEFAULTS = { optimize: 'start', stackBytes: GUEST_STACK_MAX_BYTES } as const;

/**
 * The bytes that start a run.
 *
 * @throws {RangeError} for text that cannot reach a guest: one with a NUL, or a variable without a name.
 */
export function encodeRunRequest(request: RunRequest, module: Uint8Array): Uint8Array {
  const { args, env, preopens } = request;
  refuseNul([...args, ...env, ...preopens.flatMap(({ guest, host }) => [guest, host])]);
  const nameless = env.find((entry) => entry.indexOf('=') < 1);
  if (nameless !== undefined) throw new RangeError(`Expected NAME=value, got ${JSON.stringify(nameless)}`);
  const moduleBytes = module.byteLength;
  const header: RunHeader = { ...DEFAULTS, ...request, moduleBytes };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.byteLength);
  return Buffer.concat([length, json, module]);
}

function refuseNul(texts: readonly string[]): void {
  const text = texts.find((each) => each.includes('\0'));
  if (text !== undefined) throw new RangeError(`Expected text without a NUL, got ${JSON.stringify(text)}`);
}
