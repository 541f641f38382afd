import { z } from 'zod';
import { quote } from '../text/quote.js';
import { expected, expectedObject } from '../text/wording.js';
import { argumentsSchema } from './program.js';
import { MAX_PATH_BYTES, relativePathSchema } from './relative-path.js';

/** What runs a payload: the host's kernel, or a WebAssembly engine with WASI preview1. */
export const RUNTIMES = ['native', 'wasi'] as const;
export type Runtime = (typeof RUNTIMES)[number];

/**
 * What a module's system interface is made of. `wasmer`: @wasmer/wasi for arguments, environment and the end, joined with
 * Sandlot's own files, streams, clocks, random bytes and polling. `node`: the same layer without it, a little faster to start.
 */
export const WASI_ENGINES = ['wasmer', 'node'] as const;
export type WasiEngine = (typeof WASI_ENGINES)[number];

/** What the compiler is to be good at: starting soon, or long computations. */
export const WASI_OPTIMIZATIONS = ['start', 'throughput'] as const;
export type WasiOptimization = (typeof WASI_OPTIMIZATIONS)[number];

const MAX_PREOPENS = 16;

export const runtimeSchema = z.enum(RUNTIMES, { error: expected('one of native, wasi') }).meta({
  description:
    'What runs the payload. `native` (the default): a program of this machine. `wasi`: a WebAssembly module that imports WASI preview1.',
});

export const moduleSchema = relativePathSchema.meta({
  description: 'Of a wasi job: which of `files` is the module. Without it: main.wasm.',
});

export const argsSchema = argumentsSchema.meta({
  description: 'Of a wasi job: the arguments of the module, without its own name.',
});

export const wasiEngineSchema = z.enum(WASI_ENGINES, { error: expected('one of wasmer, node') }).meta({
  description:
    'Of a wasi job: what its system interface is made of. `wasmer` (the default): @wasmer/wasi for arguments, environment and the end, joined with Sandlot’s own files, streams, clocks, random bytes and polling. `node`: the same without @wasmer/wasi, a little faster to start.',
});

export const optimizeSchema = z
  .enum(WASI_OPTIMIZATIONS, { error: expected('one of start, throughput') })
  .meta({
    description:
      'Of a wasi job: what the compiler is to be good at. `start` (the default): to begin soon. `throughput`: long computations; each function takes longer to begin then.',
  });

const guestPathSchema = z
  .string({ error: expected('a path as the module sees it, such as "/data"') })
  .min(1, 'The path is empty; give one such as "/data"')
  .refine(
    (path) => !path.includes('\0') && path.isWellFormed(),
    'The path has a character that no path can have',
  )
  .refine(
    (path) => Buffer.byteLength(path) <= MAX_PATH_BYTES,
    `The path is longer than ${MAX_PATH_BYTES} bytes (PATH_MAX); give a shorter one`,
  );

const preopenShape = {
  path: guestPathSchema.meta({ description: 'As the module sees it.' }),
  source: z
    .union([z.literal(''), relativePathSchema], {
      error: expected('a path relative to the work directory, or "" for the work directory'),
    })
    .default('')
    .meta({ description: 'Directory below the work directory; without it the work directory.' }),
  readOnly: z.boolean({ error: expected('true or false') }).default(false),
};

const preopenSchema = z
  .strictObject(preopenShape, {
    error: expectedObject('a directory: {"path"}', Object.keys(preopenShape)),
  })
  .meta({ id: 'WasiPreopen' });
export type WasiPreopen = z.output<typeof preopenSchema>;

/** Directories that a module finds open. */
export const preopensSchema = z
  .array(preopenSchema, { error: expected('a list of directories, such as [{"path": "/"}]') })
  .max(MAX_PREOPENS, `At most ${MAX_PREOPENS} directories`)
  .superRefine(checkNames)
  .meta({
    description:
      'Of a wasi job: directories that the module finds open. Without it: the work directory as `/`. One that does not exist is made.',
  });

function checkNames(preopens: readonly WasiPreopen[], context: z.RefinementCtx): void {
  const names = preopens.map(({ path }) => path);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    context.addIssue({
      code: 'custom',
      path: [index, 'path'],
      message: `Path ${quote(name)} is given twice`,
    });
  }
}

/** What a job of the runtime `wasi` runs, with its defaults filled in. */
export interface WasiProgram {
  /** Path among the files of the job. */
  readonly module: string;
  readonly args: readonly string[];
  readonly engine: WasiEngine;
  readonly optimize: WasiOptimization;
  readonly preopens: readonly WasiPreopen[];
}

/** The fields of a spec that are for wasi jobs. */
export interface WasiFields {
  readonly runtime?: Runtime | undefined;
  readonly module?: string | undefined;
  readonly args?: readonly string[] | undefined;
  readonly wasiEngine?: WasiEngine | undefined;
  readonly optimize?: WasiOptimization | undefined;
  readonly preopens?: readonly WasiPreopen[] | undefined;
}

/** The names of those fields, beside `runtime`. */
export const WASI_FIELDS = [
  'module',
  'args',
  'wasiEngine',
  'optimize',
  'preopens',
] as const satisfies readonly (keyof WasiFields)[];

/** The program of a wasi job; undefined of a native one. */
export function wasiProgramOf({
  runtime,
  module = 'main.wasm',
  args = [],
  wasiEngine = 'wasmer',
  optimize = 'start',
  preopens = [{ path: '/', source: '', readOnly: false }],
}: WasiFields): WasiProgram | undefined {
  return runtime === 'wasi' ? { module, args, engine: wasiEngine, optimize, preopens } : undefined;
}
