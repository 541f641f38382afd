import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { RUNNER_STACK_BYTES } from '../runner-protocol.js';
import { readElf } from './read-elf.js';
import { sharedLibraries } from './shared-libraries.js';

/** Made by the build, next to what the compiler makes. */
const BUNDLE = join(import.meta.dirname, '../../dist/runner.cjs');

/** Where things lie in a cell. */
const NODE = '/node';
const RUNNER = '/runner.cjs';
const ADDON = '/koffi.node';
/** Empty: nothing here encrypts, and Node ends if it may not read the file of the system. */
const OPENSSL_CONFIG = '/openssl.cnf';

/** A file that a cell must show, read-only, at a path of its own. */
export interface CellFile {
  /** The path outside. */
  readonly source: string;
  /** The path in the cell. */
  readonly target: string;
}

/** What a cell needs to be a runner. No /proc, /dev or /etc is among it. */
export interface RunnerProgram {
  readonly files: readonly CellFile[];
  /** What to execute, in the paths of the cell, with an empty environment. */
  readonly argv: readonly string[];
}

/**
 * Tells what the runner is made of on this machine: the Node that runs this, its libraries, the bundle, and koffi's
 * native module, without which times of files are a little off.
 *
 * @throws {Error} if the bundle is missing or a library cannot be found
 */
export function runnerProgram(options: { readonly bundle?: string } = {}): RunnerProgram {
  const { bundle = BUNDLE } = options;
  if (!existsSync(bundle)) {
    throw new Error(
      `Cannot find the runner at ${bundle}. Build it: npm run build, or npm start, which does.`,
    );
  }
  const addon = findAddon();
  const programs = [process.execPath, ...(addon === undefined ? [] : [addon])];
  return {
    files: [
      { source: process.execPath, target: NODE },
      { source: bundle, target: RUNNER },
      { source: '/dev/null', target: OPENSSL_CONFIG },
      ...(addon === undefined ? [] : [{ source: addon, target: ADDON }]),
      ...sharedLibraries(programs),
    ],
    argv: [NODE, ...RUNNER_FLAGS, RUNNER, ...(addon === undefined ? [] : [ADDON])],
  };
}

/**
 * Each is there for a figure in docs/decisions/0015. The heap's maximum bounds no memory, which the cell does: V8 collects
 * garbage whenever a guest's memory grows, unless that is far below this maximum, and growing took ten times as long with 64 MiB.
 */
export const RUNNER_FLAGS: readonly string[] = [
  '--no-turbo-fast-api-calls',
  '--no-warnings',
  '--max-old-space-size=4096',
  '--v8-pool-size=1',
  `--stack-size=${RUNNER_STACK_BYTES / 1024}`,
  '--openssl-config',
  OPENSSL_CONFIG,
];

function findAddon(): string | undefined {
  const { platform, arch } = process;
  const libc = readElf(process.execPath).interpreter?.includes('musl') === true ? 'musl' : platform;
  try {
    const koffi = createRequire(createRequire(import.meta.url).resolve('koffi'));
    const folder = dirname(koffi.resolve(`@koromix/koffi-${platform}-${arch}`));
    const addon = join(folder, `${libc}_${arch}`, 'koffi.node');
    return existsSync(addon) ? addon : undefined;
  } catch {
    // npm leaves out packages of other platforms: there is none for this one.
    return undefined;
  }
}
