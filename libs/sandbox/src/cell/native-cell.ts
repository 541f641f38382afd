import { closeSync } from 'node:fs';
import type { Limits, SeccompProfile } from '@sandlot/contract';
import {
  InfrastructureError,
  notCollected,
  toInfrastructureError,
  type Cell,
  type CellFile,
  type CellPlan,
  type CgroupController,
  type Collection,
  type RunnerProgram,
  type StepIo,
  type StepObservation,
  type StepPlan,
} from '@sandlot/engine';
import type { CellLeaf } from '../cgroup/cell-leaf.js';
import { deferred } from '../deferred.js';
import { lostError, setupError } from '../error/setup-error.js';
import { Channel } from '../native/channel.js';
import { REPORT, REQUEST, type Report, type Request } from '../native/protocol.js';
import { describeDenied, type FilterSource } from '../seccomp/compiled-profiles.js';
import { HeldRunner } from '../runner/held-runner.js';
import { HELD_LIMITS, rlimitsWithRunner, withRunner } from '../runner/runner-limits.js';
import type { CellHost } from '../slot/cell-host.js';
import { createPipes, handOver, type StdioEnds } from '../stdio/pipe.js';
import { CellAccount, hostOomError, isKilledByHost, ownOomKills } from './cell-account.js';
import { abortOf, collectFiles, encodeFilesRequest, withGap } from './collect-files.js';
import { encodeFiles } from './put-request.js';
import { encodeReleaseRequest, encodeRunRequest, type RunMeans } from './run-request.js';
import { StepRun } from './step-run.js';

/**
 * Init keeps the clocks; if it has not ended a step this long after its wall limit, the whole cell is ended. A
 * cell that has not ended this long after it was told to takes its slot along.
 */
const OVERDUE_MS = 5_000;

/**
 * Init that is slowed down with its payload may notice the wall limit late; so long after it nothing slows it down any
 * more. Not sooner: until then the payload has its limits.
 */
const HASTE_AFTER_MS = 5;

/** Init hands out all that may be collected in a fraction of a second. */
export const COLLECT_MS = 30_000;

/** A runner computes, and nothing else: it needs no socket and no other program. */
const RUNNER_PROFILE = 'strict';

export interface NativeCellOptions {
  readonly slot: CellHost;
  readonly plan: CellPlan;
  readonly profiles: FilterSource;
  /** In place of programs of the host: it is started at once, and waits. */
  readonly runner?: RunnerProgram;
  /** Called once when nothing of the cell is left. */
  readonly onGone: () => void;
}

/** A cell served by init over its own socket. Requests are sent ahead: they wait in the socket for the cell. */
export class NativeCell implements Cell {
  /** Resolves when nothing of the cell is left. */
  readonly gone: Promise<void>;
  readonly #slot: CellHost;
  readonly #channel: Channel;
  readonly #leaf: CellLeaf | undefined;
  readonly #account: CellAccount;
  readonly #profiles: FilterSource;
  /** Resolves once the reason for the cell's death is known. */
  readonly #dead = deferred<void>();
  readonly #runner: RunnerProgram | undefined;
  readonly #held: HeldRunner | undefined;
  readonly #useless = deferred<void>();
  #run: StepRun | undefined;
  #haste: NodeJS.Timeout | undefined;
  /** Whether the limits of the step at hand have been lifted for its end. */
  #isHastened = false;
  #isReady = false;
  #failure: Error | undefined;
  #isClosing = false;
  /** Whether the kernel has killed the cell for its own memory limit. */
  #isOutOfMemory = false;
  /** Whether the payload's processes would not die, and the cell was ended with them. */
  #isEndedLate = false;

  /** @throws before anything of the cell exists; later failures reject `runStep`. */
  constructor({ slot, plan, profiles, runner, onGone }: NativeCellOptions) {
    const files = encodeFiles(plan.files);
    this.#runner = runner;
    this.#slot = slot;
    this.#profiles = profiles;
    const { channel, otherEnd } = Channel.create({
      onReport: (report) => this.#onReport(report),
      onDenied: (denied) => this.#run?.denied(describeDenied(denied)),
      onEnd: () => this.#onDeath(),
    });
    this.#channel = channel;
    try {
      this.#leaf = slot.createLeaf(plan.limits);
      this.#account = new CellAccount(this.#leaf);
      this.gone = slot
        .openCell(otherEnd, plan.limits, this.#leaf)
        .catch((error: unknown) => this.#fail(toInfrastructureError(error)))
        .finally(() => this.#discardLeaf())
        .finally(onGone);
    } catch (error) {
      channel.close();
      throw error;
    } finally {
      closeSync(otherEnd);
    }
    if (plan.files.length > 0) this.#send(REQUEST.putFiles, files);
    if (runner !== undefined) this.#held = this.#hold(runner);
  }

  /** Of a cell with a runner: resolves when that waits for a job. @throws why it never will. */
  async whenHeld(): Promise<void> {
    await this.#held?.ready;
  }

  /** Of a cell with a runner: resolves when no step can be run in it any more. */
  get useless(): Promise<void> {
    return this.#useless.promise;
  }

  /** Places more files below the work directory, before the step. */
  putFiles(files: readonly CellFile[]): void {
    if (files.length > 0) this.#send(REQUEST.putFiles, encodeFiles(files));
  }

  async runStep(step: StepPlan, io: StepIo): Promise<StepObservation> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#isOutOfMemory) this.#leaf?.apply(this.#whole(step.limits));
    const finish = this.#account.begin();
    const run = new StepRun(step, io, {
      kill: () => this.#kill(),
      progress: () => this.#send(REQUEST.progress),
    });
    this.#run = run;
    this.#isHastened = false;
    // Its wall time begins with its execution; a cell that is still being built has its time before that.
    if (this.#isReady) this.#hastenAfter(step.limits.wallTimeMs);
    const overdue = setTimeout(() => this.#endOverdue(step.name), step.limits.wallTimeMs + OVERDUE_MS);
    try {
      const observation = await run.run(() => this.#beginStep(step));
      return finish(this.#held === undefined ? observation : { ...observation, record: this.#held.finish() });
    } finally {
      clearTimeout(overdue);
      clearTimeout(this.#haste);
      this.#run = undefined;
    }
  }

  async collect(paths: readonly string[], signal: AbortSignal): Promise<Collection> {
    if (this.#isOutOfMemory || this.#isEndedLate) return notCollected(paths);
    if (this.#failure !== undefined) throw this.#failure;
    // Nothing is left to be held to a share: the job waits for its end.
    this.#leaf?.hasten();
    const body = encodeFilesRequest(paths);
    const overdue = AbortSignal.timeout(COLLECT_MS);
    const stream = await collectFiles(
      paths,
      (pipe) => this.#channel.send(REQUEST.getFiles, body, [pipe]),
      AbortSignal.any([signal, overdue]),
    ).catch((error: unknown) => this.#giveUp(toInfrastructureError(error)));
    if (stream.isComplete) return stream.collection;
    if (overdue.aborted) this.#giveUp(collectOverdue());
    await this.#explainGap(signal, overdue);
    return withGap(stream.collection, paths);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#held?.close();
    this.#channel.close();
    const overdue = setTimeout(() => this.#slot.kill(), OVERDUE_MS);
    await this.gone;
    clearTimeout(overdue);
  }

  /**
   * Not everything was collected: because the job was ended early, or the cell died for its own memory limit.
   *
   * @throws why it died otherwise.
   */
  async #explainGap(signal: AbortSignal, overdue: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await Promise.race([this.#dead.promise, abortOf(overdue)]);
    if (!this.#isOutOfMemory) throw this.#failure ?? lostError('A cell');
  }

  /** The limits of everything in the cell, the runner included. */
  #whole(limits: Limits): Limits {
    return this.#runner === undefined ? limits : withRunner(limits, this.#runner);
  }

  /** Starts the runner, which waits until a step is released. */
  #hold(runner: RunnerProgram): HeldRunner {
    const [path = ''] = runner.argv;
    const program = { argv: runner.argv, candidates: [path], env: [], limits: HELD_LIMITS };
    return new HeldRunner(this.#slot.identity, (theirs) =>
      this.#withCpuStat((cpuStat) => {
        const means = { ...this.#means(RUNNER_PROFILE), held: true };
        this.#channel.send(REQUEST.runStep, encodeRunRequest(program, means), [...theirs, ...cpuStat]);
      }),
    );
  }

  #means(profile: SeccompProfile | undefined): RunMeans {
    return {
      controllers: this.#controllers,
      directory: this.#slot.workDirectory,
      profile: this.#profiles.get(profile),
    };
  }

  get #controllers(): ReadonlySet<CgroupController> {
    return this.#leaf?.controllers ?? this.#slot.controllers;
  }

  /** Sends the step ahead, unless the cell is dead already: of the files it was given. Returns our ends of its pipes. */
  #beginStep(step: StepPlan): StdioEnds {
    const begin = (theirs: readonly number[]) => {
      if (this.#isOutOfMemory) return this.#run?.diedOfMemory(this.#account.cpuTime());
      this.#withCpuStat((cpuStat) => {
        const body = encodeRunRequest(step, this.#means(step.seccomp));
        this.#channel.send(REQUEST.runStep, body, [...theirs, ...cpuStat]);
      });
    };
    if (this.#held !== undefined && this.#runner !== undefined)
      return this.#release(step, this.#held, this.#runner);
    return handOver(createPipes(this.#slot.identity, ['write', 'read', 'read']), begin);
  }

  #release(step: StepPlan, held: HeldRunner, runner: RunnerProgram): StdioEnds {
    const stdio = held.takeStdio();
    if (this.#isOutOfMemory) this.#run?.diedOfMemory(this.#account.cpuTime());
    else
      this.#withCpuStat((cpuStat) => {
        const body = encodeReleaseRequest({
          limits: withRunner(step.limits, runner),
          rlimits: rlimitsWithRunner(step.limits, runner),
          controllers: this.#controllers,
        });
        this.#channel.send(REQUEST.releaseStep, body, cpuStat);
      });
    return stdio;
  }

  /** Opens the cgroup's CPU time for as long as it takes to pass it on, where there is one. */
  #withCpuStat(use: (cpuStat: readonly number[]) => void): void {
    const cpuStat = this.#leaf?.openCpuStat();
    try {
      use(cpuStat === undefined ? [] : [cpuStat]);
    } finally {
      if (cpuStat !== undefined) closeSync(cpuStat);
    }
  }

  #onReport(report: Report): void {
    switch (report.kind) {
      case REPORT.ready:
        return this.#onReady();
      case REPORT.started:
        return this.#onStarted(report);
      case REPORT.ending:
        this.#run?.ending(report);
        return this.#leaf?.hasten();
      case REPORT.ended:
        return this.#run === undefined ? this.#fail(runnerLost(this.#held)) : this.#run.ended(report);
      case REPORT.failed:
        return this.#fail(setupError('a cell', report.error));
      default:
        return this.#fail(new Error(`Cell sent an unknown report ${report.kind}`));
    }
  }

  #onReady(): void {
    this.#isReady = true;
    if (this.#run !== undefined) this.#hastenAfter(this.#run.limits.wallTimeMs);
  }

  /** Init says so late if it is slowed down itself, or if there were many files to put before the step. */
  #onStarted({ wallNs }: Report): void {
    if (this.#run === undefined) return;
    const { limits } = this.#run;
    const leftMs = limits.wallTimeMs - wallNs / 1e6;
    if (this.#isHastened && leftMs > 0) this.#holdAgain(limits);
    this.#hastenAfter(leftMs);
    this.#run.started();
    // Not before: only now do its limits hold.
    this.#held?.tell(this.#run.message);
  }

  #hastenAfter(leftMs: number): void {
    clearTimeout(this.#haste);
    this.#haste = setTimeout(() => {
      this.#isHastened = true;
      this.#leaf?.hasten();
    }, leftMs + HASTE_AFTER_MS);
  }

  #holdAgain(limits: Limits): void {
    this.#isHastened = false;
    try {
      this.#leaf?.apply(this.#whole(limits));
    } catch (error) {
      this.#fail(toInfrastructureError(error));
    }
  }

  /** Init died: of the job's own memory limit, which is the payload's end, or of something that is our affair. */
  #onDeath(): void {
    const counters = this.#account.close();
    if (counters !== undefined && ownOomKills(counters) > 0) {
      this.#isOutOfMemory = true;
      this.#run?.diedOfMemory(this.#account.cpuTime());
      this.#held?.failed(lostError('A runner'));
      this.#useless.resolve();
    } else {
      this.#fail(isKilledByHost(counters) ? hostOomError() : (this.#slot.dead ?? lostError('A cell')));
    }
    this.#dead.resolve();
  }

  #kill(): void {
    this.#leaf?.hasten();
    this.#send(REQUEST.kill);
  }

  /** A request that cannot be sent, for want of descriptors say, ends the cell: init would wait for it for ever. */
  #send(request: Request, body?: Uint8Array): void {
    try {
      this.#channel.send(request, body);
    } catch (error) {
      this.#channel.close();
      this.#fail(toInfrastructureError(error));
    }
  }

  /** Processes that were killed, yet take their time to die, are the payload's: so is the end of the step. */
  #endOverdue(step: string): void {
    this.#endWhole();
    if (this.#run?.endedLate() === true) {
      this.#isEndedLate = true;
      this.#failure = lostError('A cell');
      return;
    }
    this.#fail(
      new InfrastructureError(
        'sandbox-lost',
        `A cell did not end step "${step}" within ${OVERDUE_MS} ms after its wall limit; it was ended whole`,
      ),
    );
  }

  #giveUp(error: Error): never {
    this.#endWhole();
    this.#fail(error);
    throw error;
  }

  #endWhole(): void {
    this.#channel.close();
    this.#leaf?.kill();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#run?.failed(this.#failure);
    this.#held?.failed(this.#failure);
    this.#useless.resolve();
  }

  #discardLeaf(): void {
    // What init's socket has to say may come to our ears later than this, when no cgroup is left to explain it.
    if (!this.#isClosing) this.#account.close();
    if (this.#leaf !== undefined) this.#slot.discardLeaf(this.#leaf);
  }
}

/** A runner ended before there was anything to run. */
function runnerLost(held: HeldRunner | undefined): InfrastructureError {
  const complaint = held?.complaint() ?? '';
  return new InfrastructureError(
    'sandbox-lost',
    `A runner ended before it was needed${complaint === '' ? '' : `: ${complaint}`}`,
  );
}

function collectOverdue(): InfrastructureError {
  return new InfrastructureError(
    'sandbox-lost',
    `A cell did not hand out its files within ${COLLECT_MS} ms; it was ended whole`,
  );
}
