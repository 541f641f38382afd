import type { SeccompProfile, WasiEngine, WasiOptimization, WasiPreopen } from '@sandlot/contract';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseArtifactPath, type ArtifactPath } from './artifact-path.js';
import { parseAssignment } from './assignment.js';
import { parseDuration } from './duration.js';
import { parseInputPath, type InputPath } from './input-path.js';
import type { LimitFlagName } from './limit-flags.js';
import { parsePreopen } from './preopen.js';
import { SECCOMP_PROFILES } from './seccomp-profiles.js';
import { parseSize } from './size.js';
import { WASI_ENGINES, WASI_OPTIMIZATIONS } from './wasi-choices.js';

/** What `run` and `submit` know of a payload from their options. Sizes are bytes, times ms. */
export interface PayloadOptions extends Readonly<Partial<Record<LimitFlagName, number>>> {
  readonly file: readonly InputPath[];
  /** Those that the job fails without, and the others. @default none */
  readonly artifact?: readonly ArtifactPath[];
  readonly optionalArtifact?: readonly ArtifactPath[];
  readonly env: Readonly<Record<string, string>>;
  /** A path, or `-` for the command's own. */
  readonly stdin?: string;
  readonly json?: boolean;
  readonly seccomp?: SeccompProfile;
  readonly explain?: boolean;
  /** A WebAssembly module to run in place of a program. */
  readonly wasi?: InputPath;
  readonly wasiEngine?: WasiEngine;
  readonly optimize?: WasiOptimization;
  readonly preopen?: readonly WasiPreopen[];
  /** False: no directory at all. */
  readonly preopens?: boolean;
}

/** Adds the options that describe a payload. Whatever follows the program's name belongs to the program. */
export function addPayloadOptions(command: Command, stdinText: string): Command {
  return addModuleOptions(command)
    .argument('[program...]', 'program and its arguments; a bare name is looked up in PATH of the cell')
    .passThroughOptions()
    .addOption(sizeOption('--memory <size>', 'memory, such as 64MiB'))
    .addOption(durationOption('--time <duration>', 'wall time; 5 means 5s'))
    .addOption(durationOption('--cpu-time <duration>', 'CPU time, user plus system; 5 means 5s'))
    .addOption(durationOption('--idle <duration>', 'time without CPU time or output; 5 means 5s'))
    .addOption(
      new Option('--cpus <n>', 'cores it may keep busy, such as 0.5 or 2').argParser(asArgument(parseCores)),
    )
    .addOption(countOption('--cpu-weight <n>', 'share of the CPU beside others; 100 is usual'))
    .addOption(sizeOption('--output <size>', 'bytes of stdout, and as many of stderr'))
    .addOption(sizeOption('--disk <size>', 'work directory, /tmp and /dev/shm together; also one file'))
    .addOption(sizeOption('--io <size>', 'bytes a second from each disk, and as many to it, such as 10MiB'))
    .addOption(countOption('--pids <n>', 'processes and threads at once'))
    .addOption(
      new Option('--file <path[=name]>', 'put a file into the work directory; may be repeated')
        .argParser(asArgument(collectInputPath))
        .default([], 'none'),
    )
    .addOption(
      artifactOption(
        '--artifact <path[=name]>',
        'bring a file or directory of the work directory back, here as NAME; may be repeated',
      ),
    )
    .addOption(
      artifactOption('--optional-artifact <path[=name]>', 'the same, but the job does not fail without it'),
    )
    .addOption(
      new Option('--env <name=value>', 'set a variable for the payload; may be repeated')
        .argParser(asArgument(collectAssignment))
        .default({}, 'PATH, HOME, LANG only'),
    )
    .addOption(
      new Option('--seccomp <profile>', 'system call filter (default: the operator’s choice)').choices(
        SECCOMP_PROFILES,
      ),
    )
    .option('--explain', 'tell which system calls the filter refused')
    .option('--stdin <file>', stdinText)
    .option('--json', 'print the result document instead of the output');
}

/** Adds the options of a payload that is a WebAssembly module. */
function addModuleOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--wasi <path[=name]>',
        'run this WebAssembly module (WASI preview1); what follows are its arguments',
      ).argParser(asArgument(parseInputPath)),
    )
    .addOption(
      new Option('--wasi-engine <engine>', 'what its system interface is made of (default: wasmer)').choices(
        WASI_ENGINES,
      ),
    )
    .addOption(
      new Option('--optimize <for>', 'what its compiler is to be good at (default: start)').choices(
        WASI_OPTIMIZATIONS,
      ),
    )
    .addOption(
      new Option(
        '--preopen <path[=directory][:ro]>',
        'directory of the work directory that the module finds open; may be repeated (default: /)',
      ).argParser(asArgument(collectPreopen)),
    )
    .option('--no-preopens', 'let the module find no directory open');
}

/** Adds `--label`, which only jobs on a queue have. */
export function addLabelOption(command: Command): Command {
  return command.addOption(
    new Option('--label <name=value>', 'label the job; may be repeated')
      .argParser(asArgument(collectAssignment))
      .default({}, 'none'),
  );
}

/** Words what a pure parser refuses the way commander reports bad options: with the option's name. */
export function asArgument<T, P>(parse: (text: string, previous: P) => T): (text: string, previous: P) => T {
  return (text, previous) => {
    try {
      return parse(text, previous);
    } catch (error) {
      if (error instanceof RangeError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}

function sizeOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(asArgument(parseSize));
}

function durationOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(asArgument(parseDuration));
}

function countOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(asArgument(parseCount));
}

function parseCores(text: string): number {
  if (/^\d{1,6}(?:\.\d{1,2})?$/.test(text)) return Number(text);
  throw new RangeError(`Expected a number of cores such as 0.5 or 2, got "${text}"`);
}

function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RangeError(`Expected a whole number, got "${text}"`);
}

function collectInputPath(text: string, previous: readonly InputPath[]): readonly InputPath[] {
  return [...previous, parseInputPath(text)];
}

function artifactOption(flags: string, description: string): Option {
  const collect = (text: string, previous: readonly ArtifactPath[] | undefined) => [
    ...(previous ?? []),
    parseArtifactPath(text),
  ];
  return new Option(flags, description).argParser(asArgument(collect));
}

function collectPreopen(text: string, previous: readonly WasiPreopen[] | undefined): readonly WasiPreopen[] {
  return [...(previous ?? []), parsePreopen(text)];
}

function collectAssignment(
  text: string,
  previous: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { name, value } = parseAssignment(text);
  return { ...previous, [name]: value };
}
