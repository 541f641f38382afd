import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import type { InputFile, JobSpecInput, LimitName } from '@sandlot/contract';
import { CommandError } from '../error/command-error.js';
import type { InputPath } from '../option/input-path.js';
import { LIMIT_FLAGS, type LimitFlag } from '../option/limit-flags.js';
import type { PayloadOptions } from '../option/payload-options.js';

/**
 * Turns a command line into the job it asks for, reading its files. stdin is left to the caller: one command
 * streams it, another sends it along.
 *
 * @throws {CommandError} if a file cannot be read.
 */
export async function buildSpec(argv: readonly string[], options: PayloadOptions): Promise<JobSpecInput> {
  const { artifact = [], optionalArtifact = [] } = options;
  const artifacts = [
    ...artifact.map(({ path }) => ({ path })),
    ...optionalArtifact.map(({ path }) => ({ path, optional: true })),
  ];
  const { wasi } = options;
  const files = [
    ...options.file.map(async (path) => await readInputFile('--file', path)),
    ...(wasi === undefined ? [] : [readInputFile('--wasi', wasi)]),
  ];
  return {
    ...programOf(argv, options),
    files: await Promise.all(files),
    env: { ...options.env },
    limits: limitsOf(options),
    ...(options.seccomp === undefined ? {} : { seccomp: options.seccomp }),
    ...(options.explain === true ? { explain: true } : {}),
    ...(artifacts.length === 0 ? {} : { artifacts }),
  };
}

/** The limits asked for by flags; all others are left to their defaults. */
export function limitsOf(options: PayloadOptions): Partial<Record<LimitName, number>> {
  const flags = Object.entries(LIMIT_FLAGS) as [keyof typeof LIMIT_FLAGS, LimitFlag][]; // keys of a constant
  return Object.fromEntries(
    flags.flatMap(([name, { limits }]) => {
      const value = options[name];
      return value === undefined ? [] : limits.map((limit) => [limit, value]);
    }),
  );
}

/** @throws {CommandError} if there is nothing to run, or options are given that only a module has. */
function programOf(argv: readonly string[], options: PayloadOptions): JobSpecInput {
  const { wasi, wasiEngine, optimize, preopens } = options;
  const preopen = preopens === false ? [] : options.preopen;
  const fields = {
    ...(wasiEngine === undefined ? {} : { wasiEngine }),
    ...(optimize === undefined ? {} : { optimize }),
    ...(preopen === undefined ? {} : { preopens: [...preopen] }),
  };
  if (wasi !== undefined) return { runtime: 'wasi', module: wasi.path, args: [...argv], ...fields };
  if (Object.keys(fields).length > 0)
    throw new CommandError(
      '--wasi-engine, --optimize, --preopen and --no-preopens are for a module: name it by --wasi',
    );
  if (argv.length === 0)
    throw new CommandError('Nothing to run: give a program with its arguments, or a module by --wasi');
  return { argv: [...argv] };
}

async function readInputFile(flag: string, { source, path }: InputPath): Promise<InputFile> {
  const [bytes, mode] = await Promise.all([readOrFail(flag, source), modeOf(flag, source)]);
  return { path, ...encodeContent(bytes), mode };
}

/** Bytes as JSON carries them: text if that is faithful, otherwise base64. */
export function encodeContent(bytes: Buffer): Pick<InputFile, 'content' | 'encoding'> {
  return isUtf8(bytes)
    ? { content: bytes.toString('utf8'), encoding: 'utf8' }
    : { content: bytes.toString('base64'), encoding: 'base64' };
}

/** Reads a file named on the command line. @throws {CommandError} naming the flag. */
export async function readOrFail(flag: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(flag, path, error);
  }
}

/** A script stays executable in the cell. */
async function modeOf(flag: string, path: string): Promise<string> {
  try {
    const { mode } = await stat(path);
    return (mode & 0o777).toString(8).padStart(4, '0');
  } catch (error) {
    throw unreadable(flag, path, error);
  }
}

/** Words why a file of the command line cannot be read. */
export function unreadable(flag: string, path: string, error: unknown): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const remedies: Readonly<Record<string, string>> = {
    ENOENT: 'no such file; check the path',
    EACCES: 'permission denied; make it readable for this user',
    EISDIR: 'it is a directory; name each file with its own --file',
  };
  const reason = remedies[code] ?? 'it cannot be read';
  return new CommandError(`${flag} ${path}: ${reason} (${code})`, { cause: error });
}
