import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { AbilityFinding } from '@sandlot/engine';
import type { SandboxOptions } from '../../src/index.js';
import type { CellRun } from './run-in-cell.js';

const PROGRAM = new URL('cgroup-worker.ts', import.meta.url).pathname;

/** What a worker process says of itself, line by line. */
export interface WorkerLine {
  readonly abilities?: { readonly tier: string; readonly findings: readonly AbilityFinding[] };
  readonly cgroup?: string;
  readonly outcome?: object;
  readonly stdout?: string;
  readonly error?: string;
  readonly code?: string;
}

/** A process with a sandbox of its own, in a cgroup of the test's choice. */
export class LabWorker implements AsyncDisposable {
  readonly process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  readonly #ended: Promise<unknown>;

  constructor(directory: string, options: Partial<SandboxOptions>, run?: CellRun) {
    const own = [directory, JSON.stringify(options), ...(run === undefined ? [] : [JSON.stringify(run)])];
    this.process = spawn(process.execPath, ['--conditions=development', '--import', 'tsx', PROGRAM, ...own]);
    this.process.stderr.pipe(process.stderr);
    this.#ended = once(this.process, 'exit');
    this.#reader = createInterface({ input: this.process.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** The next line it prints. @throws if it ends instead. */
  async line(): Promise<WorkerLine> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error('The worker process ended without a word');
    return JSON.parse(next.value) as WorkerLine;
  }

  /** Ends it as a crash would. */
  async crash(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#ended;
  }

  /** Lets it close its sandbox and waits until it has ended. */
  async end(): Promise<void> {
    this.process.stdin.end();
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.crash();
    this.#reader.close();
  }
}
