import { closeSync } from 'node:fs';
import {
  type KillReason,
  type StepEnd,
  type StepIo,
  type StepObservation,
  type StepPlan,
} from '@sandlot/engine';
import type { OutputStream } from '@sandlot/contract';
import { deferred } from '../deferred.js';
import { errnoName } from '../native/library.js';
import { KILLED_WALL, STEP, type Report, type StepError } from '../native/protocol.js';
import { signalName } from './signal-name.js';
import { createPipe } from '../stdio/pipe.js';
import { readPipe } from '../stdio/pipe-reader.js';
import { writePipe } from '../stdio/pipe-writer.js';

/**
 * One step under way: its pipes, its output count, our record of why we killed it. The cell tells it of init's
 * reports; `kill` is the cell's.
 */
export class StepRun {
  readonly #step: StepPlan;
  readonly #io: StepIo;
  readonly #kill: () => void;
  readonly #over = new AbortController();
  readonly #ended = deferred<Report>();
  readonly #kept: Record<OutputStream, number> = { stdout: 0, stderr: 0 };
  readonly #truncated: Record<OutputStream, boolean> = { stdout: false, stderr: false };
  #killed: KillReason | undefined;

  constructor(step: StepPlan, io: StepIo, kill: () => void) {
    this.#step = step;
    this.#io = io;
    this.#kill = kill;
  }

  /**
   * Hands the payload's ends of three pipes to `begin` and moves bytes until the step is over. Everything it opened
   * is closed when it settles.
   */
  async run(begin: (stdio: readonly number[]) => void): Promise<StepObservation> {
    const [stdin, stdout, stderr] = [createPipe('write'), createPipe('read'), createPipe('read')];
    const theirs = [stdin.theirs, stdout.theirs, stderr.theirs];
    try {
      begin(theirs);
    } finally {
      theirs.forEach((fd) => closeSync(fd));
    }
    const onAbort = () => this.#killFor({ kind: 'cancel' });
    this.#io.signal.addEventListener('abort', onAbort);
    if (this.#io.signal.aborted) onAbort();
    const moving = [
      readPipe(stdout.ours, (chunk) => this.#onOutput('stdout', chunk)),
      readPipe(stderr.ours, (chunk) => this.#onOutput('stderr', chunk)),
      writePipe(stdin.ours, this.#io.stdin, this.#over.signal),
    ];
    // A failed reader or source must end the payload too, or it would run on unread.
    const moved = Promise.all(moving).catch((error: unknown) => {
      this.#kill();
      throw error;
    });
    try {
      const report = await this.#settle(moved);
      return this.#observe(report);
    } finally {
      this.#io.signal.removeEventListener('abort', onAbort);
    }
  }

  started(): void {
    this.#io.onStarted();
  }

  ended(report: Report): void {
    this.#over.abort();
    this.#ended.resolve(report);
  }

  /** The cell is of no more use: it failed or died. */
  failed(error: Error): void {
    this.#over.abort();
    this.#ended.reject(error);
  }

  /** The end of the step, once all its output has been read. The pipes end when its last process does. */
  async #settle(moved: Promise<unknown>): Promise<Report> {
    const [report] = await Promise.all([this.#ended.promise, moved.then(() => undefined)]).finally(() =>
      moved.catch(() => undefined),
    );
    return report;
  }

  #onOutput(stream: OutputStream, chunk: Uint8Array): void | Promise<void> {
    const room = this.#step.limits.outputBytes - this.#kept[stream];
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#kept[stream] += kept.length;
    if (kept.length < chunk.length) {
      this.#truncated[stream] = true;
      this.#killFor({ kind: 'output', stream });
    }
    return kept.length === 0 ? undefined : this.#io.onOutput(stream, kept);
  }

  #killFor(reason: KillReason): void {
    if (this.#over.signal.aborted) return;
    this.#killed ??= reason;
    this.#kill();
  }

  #observe(report: Report): StepObservation {
    const { wallTimeMs } = this.#step.limits;
    const killed: KillReason | undefined =
      report.killed & KILLED_WALL ? { kind: 'wall', limitMs: wallTimeMs } : this.#killed;
    return {
      end: this.#readEnd(report),
      ...(killed === undefined ? {} : { killed }),
      truncated: this.#truncated,
      wallMs: report.wallNs / 1e6,
      cpuUserMs: report.userUs / 1e3,
      cpuSystemMs: report.systemUs / 1e3,
      memoryPeakBytes: report.maxRssBytes,
    };
  }

  #readEnd({ error, status }: Report): StepEnd {
    if (error.step === STEP.execute) {
      return { kind: 'exec-failed', path: this.#triedPath(error), errno: errnoName(error.errno) };
    }
    const signal = status & 0x7f;
    if (signal === 0) return { kind: 'exited', exitCode: (status >> 8) & 0xff };
    return { kind: 'signaled', signal: signalName(signal) };
  }

  /** The path that failed; the bare name if it was looked for along PATH and found nowhere. */
  #triedPath({ index, errno }: StepError): string {
    const { candidates, argv } = this.#step;
    const nowhere = candidates.length > 1 && errnoName(errno) === 'ENOENT';
    return (nowhere ? argv[0] : candidates[index]) ?? '';
  }
}
