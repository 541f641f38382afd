import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { makePipe } from './make-pipe.js';
import { bundleRunner } from '../../bundle-runner.mjs';
import { decodeRunRecord } from '../../src/decode-run-record.js';
import { RUNNER_FLAGS, runnerProgram } from '../../src/program/runner-program.js';
import {
  encodeRunRequest,
  READY_LINE,
  RUN_ENGINES,
  type RunEngine,
  type RunOptimization,
  type RunPreopen,
  type RunRecord,
} from '../../src/runner-protocol.js';

/** The engines to test: all of them. */
export const ENGINES = RUN_ENGINES;

/** Another Node than the one that runs the tests may run the guests. */
const NODE = process.env['SANDLOT_RUNNER_NODE'] ?? process.execPath;

/** How to run a guest outside of a cell. */
export interface GuestOptions {
  readonly engine?: RunEngine;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly preopens?: readonly RunPreopen[];
  /** All of standard input; end of file follows. @default empty */
  readonly stdin?: string | Uint8Array;
  readonly optimize?: RunOptimization;
  readonly stackBytes?: number;
  /** V8's flags beside the usual ones. */
  readonly flags?: readonly string[];
  /** Leaves koffi's module away. */
  readonly withoutAddon?: boolean;
}

export interface GuestResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Undefined if the process left none. */
  readonly record: RunRecord | undefined;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A runner that has been told what to run. */
export interface RunningGuest {
  readonly process: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly result: Promise<Pick<GuestResult, 'record' | 'exitCode' | 'signal'>>;
}

let bundling: Promise<string> | undefined;

/** The runner of the sources, bundled once for each test process. */
export function runnerBundle(): Promise<string> {
  bundling ??= bundle();
  return bundling;
}

async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sandlot-runner-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'runner.cjs');
  await bundleRunner(join(import.meta.dirname, '../../src/runner/main.ts'), outfile);
  return outfile;
}

/** A runner and the other ends of its descriptors 0 to 4. */
export interface WaitingRunner {
  readonly process: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly request: Writable;
  readonly records: Readable;
}

/** Starts a runner that waits for its request: descriptors 0 to 4 are pipes, the environment is empty. */
export async function startRunner(options: GuestOptions = {}): Promise<WaitingRunner> {
  const path = await runnerBundle();
  const { files } = runnerProgram({ bundle: path });
  const addon = files.find(({ target }) => target === '/koffi.node')?.source;
  const argv = [
    ...RUNNER_FLAGS,
    ...(options.flags ?? []),
    path,
    ...(addon === undefined || options.withoutAddon === true ? [] : [addon]),
  ];
  const [stdin, stdout, stderr, request, records] = [
    makePipe(),
    makePipe(),
    makePipe(),
    makePipe(),
    makePipe(),
  ];
  const theirs = [stdin.readEnd, stdout.writeEnd, stderr.writeEnd, request.readEnd, records.writeEnd];
  const runner = spawn(NODE, argv, { env: {}, stdio: theirs });
  for (const fd of theirs) closeSync(fd);
  return {
    process: runner,
    stdin: writeTo(stdin.writeEnd),
    stdout: readFrom(stdout.readEnd),
    stderr: readFrom(stderr.readEnd),
    request: writeTo(request.writeEnd),
    records: readFrom(records.readEnd),
  };
}

function readFrom(fd: number): Readable {
  return new Socket({ fd, readable: true, writable: false });
}

/** A guest may end without reading. */
function writeTo(fd: number): Writable {
  return new Socket({ fd, readable: false, writable: true }).on('error', () => undefined);
}

/** Starts a guest whose standard streams are left to the caller. */
export async function startGuest(module: Uint8Array, options: GuestOptions = {}): Promise<RunningGuest> {
  const { engine = 'wasmer', args = ['guest'], env = [], preopens = [], optimize = 'start' } = options;
  const stack = options.stackBytes === undefined ? {} : { stackBytes: options.stackBytes };
  const { records, request, ...runner } = await startRunner(options);
  const closed = once(runner.process, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  request.end(encodeRunRequest({ engine, args, env, preopens, optimize, ...stack }, module));
  const result = Promise.all([buffer(records), closed]).then(([bytes, [exitCode, signal]]) => ({
    record: decodeRunRecord(afterReady(bytes)),
    exitCode,
    signal,
  }));
  return { ...runner, result };
}

/** Runs a guest to its end. */
export async function runGuest(module: Uint8Array, options: GuestOptions = {}): Promise<GuestResult> {
  const guest = await startGuest(module, options);
  guest.stdin.end(options.stdin ?? '');
  const [stdout, stderr, result] = await Promise.all([
    buffer(guest.stdout),
    buffer(guest.stderr),
    guest.result,
  ]);
  return { stdout, stderr, ...result };
}

function afterReady(bytes: Buffer): Buffer {
  const ready = bytes.subarray(0, READY_LINE.length).toString();
  return ready === READY_LINE ? bytes.subarray(READY_LINE.length) : Buffer.alloc(0);
}
