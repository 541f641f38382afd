import { readFileSync } from 'node:fs';
import type { RunnerFile, RunnerProgram } from '@sandlot/engine';
import { requireStack } from '../program/require-stack.js';
import { runnerProgram, type CellFile } from '../program/runner-program.js';

const MiB = 1024 * 1024;

/** What Node takes in memory, with its heap full and a large module compiled. */
const OWN_MEMORY_BYTES = 192 * MiB;
/** The same as RLIMIT_DATA counts it: with what is reserved for code, of which newer versions take more. */
const OWN_DATA_BYTES = majorVersion() >= 24 ? 768 * MiB : 256 * MiB;
/** Threads of Node and V8, 11 were seen. */
const OWN_PIDS = 16;
const OWN_OPEN_FILES = 32;

/**
 * The runner that cells for WebAssembly modules are started with. What is ours is copied into them: slots may have no way
 * to where we are installed. Node and the system's libraries are shown.
 *
 * @throws {Error} if it has not been built, a library of Node cannot be found, or it may not have its stack.
 */
export function wasiRunner(): RunnerProgram {
  requireStack();
  const { files, argv } = runnerProgram();
  const [node] = argv;
  return {
    files: files.map((file) => toRunnerFile(file, node)),
    argv,
    ownMemoryBytes: OWN_MEMORY_BYTES,
    ownDataBytes: OWN_DATA_BYTES,
    ownPids: OWN_PIDS,
    ownOpenFiles: OWN_OPEN_FILES,
  };
}

function toRunnerFile({ source, target }: CellFile, node: string | undefined): RunnerFile {
  const isOfTheSystem = target === node || /\.so(?:\.\d+)*$/.test(target);
  return isOfTheSystem ? { path: target, source } : { path: target, content: readFileSync(source) };
}

function majorVersion(): number {
  return Number(process.versions.node.split('.')[0]);
}
