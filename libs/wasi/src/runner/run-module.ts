import { mkdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { RunRecord, RunRequest } from '../runner-protocol.js';
import { MESSAGE_MAX_LENGTH } from '../decode-run-record.js';
import { initialDescriptors } from './descriptor/initial-descriptors.js';
import { MountTable } from './descriptor/mount-table.js';
import { createEngine } from './engine/create-engine.js';
import type { Engine, StartResult } from './engine/engine.js';
import type { Exit } from './engine/exit-import.js';
import { GuestMemory } from './guest/guest-memory.js';
import type { SetTimes } from './host/libc.js';
import { NodeHost } from './host/node-host.js';
import { KnownDirectories } from './path/known-directories.js';
import { cutText } from './trap/cut-text.js';
import { describeTrap, toThrown } from './trap/describe-trap.js';
import { withStack } from './with-stack.js';
import { isStackOverflow } from './trap/is-stack-overflow.js';

/** What the process of a runner does for a run. */
export interface RunMeans {
  readonly setTimes: SetTimes;
  /** Ends the run when the guest calls proc_exit. */
  readonly exit: Exit;
}

/**
 * Runs a module from its compilation to its end, unless it exits before. What the module does wrong is in the record; what
 * is thrown is a failure of ours.
 */
export function runModule(request: RunRequest, bytes: Uint8Array, means: RunMeans): RunRecord {
  // V8 looks at this flag whenever it compiles a function, in Node 20, 22 and 24 alike.
  if (request.optimize === 'throughput') setFlagsFromString('--no-liftoff');
  const module = compile(bytes);
  if (typeof module === 'string') return refuse(module);
  const defect = makeDirectories(request);
  if (defect !== undefined) return refuse(defect);
  const memory = new GuestMemory();
  const engine = createEngine(request, module, {
    memory,
    ...means,
    known: new KnownDirectories(),
    ...openFiles(request),
  });
  return withStack(request.stackBytes, () => instantiateAndStart(engine, module, memory));
}

/** @returns why V8 does not take it, if it does not */
function compile(bytes: Uint8Array): WebAssembly.Module | string {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    return toThrown(error).message;
  }
}

/** Makes what the guest is to find open. @returns why that cannot be, if it cannot */
function makeDirectories({ preopens }: RunRequest): string | undefined {
  for (const { guest, host } of preopens) {
    try {
      mkdirSync(host, { recursive: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return `The directory ${guest} cannot be opened (${code}): a file of the job stands in its place, or the disk is full.`;
    }
  }
  return undefined;
}

function openFiles(
  request: RunRequest,
): Pick<Parameters<typeof createEngine>[2], 'host' | 'mounts' | 'descriptors'> {
  const mounts = new MountTable(request.preopens);
  const host = new NodeHost(mounts.mounts.map(({ path }) => path));
  return { host, mounts, descriptors: initialDescriptors(host, mounts, request) };
}

/** A start section runs at instantiation, before there is a memory that an import could see. */
function instantiateAndStart(engine: Engine, module: WebAssembly.Module, memory: GuestMemory): RunRecord {
  let instance: WebAssembly.Instance;
  try {
    instance = new WebAssembly.Instance(module, engine.imports);
  } catch (error) {
    return describeFailedInstance(error);
  }
  const { memory: exported, _start: start } = instance.exports;
  if (typeof start !== 'function') return refuse('The module exports no function _start.');
  if (exported instanceof WebAssembly.Memory) memory.attach(exported);
  return toRecord(engine.start(instance));
}

/** Whether the start section ended the run, or V8 does not link the module. */
function describeFailedInstance(error: unknown): RunRecord {
  const isTrap = error instanceof WebAssembly.RuntimeError || isStackOverflow(error);
  const isForeign = !(error instanceof Error);
  return isTrap || isForeign ? describeTrap(toThrown(error)) : refuse(toThrown(error).message);
}

function toRecord(result: StartResult): RunRecord {
  return result.kind === 'exited' ? result : describeTrap(result.thrown);
}

function refuse(message: string): RunRecord {
  return { kind: 'refused', message: cutText(message, MESSAGE_MAX_LENGTH) };
}
