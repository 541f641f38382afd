import { constants } from 'node:os';
import {
  type KillReason,
  type StepEnd,
  type StepIo,
  type StepObservation,
  type StepPlan,
} from '@sandlot/engine';
import type { DeniedCall, Limits, OutputStream } from '@sandlot/contract';
import { deferred } from '../deferred.js';
import { errnoName } from '../native/library.js';
import { KILLED, REPORT, STEP, type Report, type StepError } from '../native/protocol.js';
import type { CpuTime } from './cell-account.js';
import { ProgressReporter } from './progress-reporter.js';
import { signalName } from './signal-name.js';
import type { StdioEnds } from '../stdio/pipe.js';
import { readPipe } from '../stdio/pipe-reader.js';
import { writePipe } from '../stdio/pipe-writer.js';

/** What a step asks of its cell. */
export interface StepControl {
  readonly kill: () => void;
  /** The step has written output. */
  readonly progress: () => void;
}

/**
 * One step under way: its pipes, its output count, our record of why we killed it. The cell tells it of init's
 * reports.
 */
export class StepRun {
  readonly #step: StepPlan;
  readonly #io: StepIo;
  readonly #kill: () => void;
  readonly #progress: ProgressReporter;
  readonly #over = new AbortController();
  readonly #ended = deferred<Report>();
  readonly #late = deferred<void>();
  readonly #kept: Record<OutputStream, number> = { stdout: 0, stderr: 0 };
  readonly #truncated: Record<OutputStream, boolean> = { stdout: false, stderr: false };
  readonly #denied: DeniedCall[] = [];
  #killed: KillReason | undefined;
  #startedAt: number | undefined;
  #ending: Report | undefined;

  constructor(step: StepPlan, io: StepIo, { kill, progress }: StepControl) {
    this.#step = step;
    this.#io = io;
    this.#kill = kill;
    this.#progress = new ProgressReporter(step.limits.idleTimeMs, progress);
  }

  /**
   * Moves bytes through the pipes of a payload that `begin` has begun until the step is over. They are closed when it
   * settles.
   */
  async run(begin: () => StdioEnds): Promise<StepObservation> {
    const [stdin, stdout, stderr] = begin();
    const onAbort = () => this.#killFor({ kind: 'cancel' });
    this.#io.signal.addEventListener('abort', onAbort);
    if (this.#io.signal.aborted) onAbort();
    const moving = [
      readPipe(stdout, (chunk) => this.#onOutput('stdout', chunk)),
      readPipe(stderr, (chunk) => this.#onOutput('stderr', chunk)),
      writePipe(stdin, this.#step.stdin, this.#over.signal),
    ];
    // A failed reader or source must end the payload too, or it would run on unread.
    const moved = Promise.all(moving).catch((error: unknown) => {
      this.#kill();
      throw error;
    });
    try {
      // Its last process gone, the pipes end too: what it wrote is then here. Not all of it if nobody waits for that.
      const [report] = await Promise.all([this.#ended.promise, Promise.race([moved, this.#late.promise])]);
      return this.#observe(report);
    } finally {
      this.#io.signal.removeEventListener('abort', onAbort);
    }
  }

  get limits(): Limits {
    return this.#step.limits;
  }

  /** What a runner is told. */
  get message(): Uint8Array {
    return this.#step.message ?? new Uint8Array();
  }

  started(): void {
    this.#startedAt = performance.now();
    this.#io.onStarted();
  }

  ended(report: Report): void {
    this.#over.abort();
    this.#ended.resolve(report);
  }

  /** Its filter has refused a system call; told before its end. */
  denied(call: DeniedCall | undefined): void {
    if (call !== undefined) this.#denied.push(call);
  }

  /** Init has killed what is left of it, and waits for that to die. */
  ending(report: Report): void {
    this.#ending = report;
  }

  /** Nobody waits any longer. Whether that is an end of the step: if init has killed it, and not otherwise. */
  endedLate(): boolean {
    if (this.#ending === undefined) return false;
    const { killed, status } = this.#ending;
    this.#late.resolve();
    const wallNs = this.#startedAt === undefined ? 0 : (performance.now() - this.#startedAt) * 1e6;
    this.ended({
      ...this.#ending,
      kind: REPORT.ended,
      wallNs,
      status: killed === 0 ? status : constants.signals.SIGKILL,
    });
    return true;
  }

  /** The kernel killed the whole cell, init too, for its own memory limit: nobody is left to report. */
  diedOfMemory({ cpuUserMs, cpuSystemMs }: CpuTime): void {
    const wallMs = this.#startedAt === undefined ? 0 : performance.now() - this.#startedAt;
    this.ended({
      kind: REPORT.ended,
      cell: 0,
      error: { step: STEP.none, index: 0, errno: 0 },
      status: constants.signals.SIGKILL,
      killed: 0,
      tasksPeak: 0,
      wallNs: wallMs * 1e6,
      userUs: cpuUserMs * 1e3,
      systemUs: cpuSystemMs * 1e3,
      memoryPeakBytes: 0,
      diskUsedBytes: 0,
      diskFull: false,
    });
  }

  /** The cell is of no more use: it failed or died. */
  failed(error: Error): void {
    this.#over.abort();
    this.#ended.reject(error);
  }

  #onOutput(stream: OutputStream, chunk: Uint8Array): void | Promise<void> {
    const room = this.#step.limits.outputBytes - this.#kept[stream];
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#kept[stream] += kept.length;
    if (kept.length < chunk.length) {
      this.#truncated[stream] = true;
      this.#killFor({ kind: 'output', stream });
    }
    this.#progress.note();
    const held = kept.length === 0 ? undefined : this.#io.onOutput(stream, kept);
    return held === undefined ? undefined : this.#progress.noteWhile(held);
  }

  #killFor(reason: KillReason): void {
    if (this.#over.signal.aborted || this.#killed !== undefined) return;
    this.#killed = reason;
    this.#kill();
  }

  #observe(report: Report): StepObservation {
    const killed = this.#readKill(report);
    return {
      end: this.#readEnd(report),
      ...(killed === undefined ? {} : { killed }),
      truncated: this.#truncated,
      ...(this.#step.explain ? { deniedCalls: this.#denied } : {}),
      wallMs: report.wallNs / 1e6,
      cpuUserMs: report.userUs / 1e3,
      cpuSystemMs: report.systemUs / 1e3,
      ...(report.memoryPeakBytes === 0 ? {} : { memoryPeakBytes: report.memoryPeakBytes }),
      ...(report.tasksPeak === 0 ? {} : { processesPeak: report.tasksPeak }),
      diskFull: report.diskFull,
      diskUsedBytes: report.diskUsedBytes,
    };
  }

  /** Init says whether a kill ended the step, and which came first; why we asked for ours we know ourselves. */
  #readKill({ killed }: Report): KillReason | undefined {
    const { wallTimeMs, cpuTimeMs, idleTimeMs = 0 } = this.#step.limits;
    switch (killed) {
      case KILLED.wall:
        return { kind: 'wall', limitMs: wallTimeMs };
      case KILLED.cpu:
        return { kind: 'cpu', limitMs: cpuTimeMs };
      case KILLED.idle:
        return { kind: 'idle', limitMs: idleTimeMs };
      case KILLED.memory:
        return { kind: 'memory' };
      case KILLED.disk:
        return { kind: 'disk' };
      case KILLED.worker:
        return this.#killed;
      default:
        return undefined;
    }
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
