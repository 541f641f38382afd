import { closeSync } from 'node:fs';
import type { Cell, CellFile, CellPlan, StepIo, StepObservation, StepPlan } from '@sandlot/engine';
import { InfrastructureError, toInfrastructureError } from '@sandlot/engine';
import { lostError, setupError } from '../error/setup-error.js';
import { BodyWriter } from '../native/body-writer.js';
import { Channel } from '../native/channel.js';
import { BODY_BYTES, REPORT, REQUEST, type Report, type Request } from '../native/protocol.js';
import { planCell } from '../rootfs/plan-cell.js';
import type { Slot } from '../slot/slot.js';
import { encodeRunRequest } from './run-request.js';
import { StepRun } from './step-run.js';

/**
 * Init keeps the wall clock; if it has not ended a step this long after its limit, the whole cell is ended. A
 * cell that has not ended this long after it was told to takes its slot along.
 */
const OVERDUE_MS = 5_000;

export interface NativeCellOptions {
  readonly slot: Slot;
  readonly plan: CellPlan;
  /** Called once when nothing of the cell is left. */
  readonly onGone: () => void;
}

/** A cell served by init over its own socket. Requests are sent ahead: they wait in the socket for the cell. */
export class NativeCell implements Cell {
  readonly #slot: Slot;
  readonly #channel: Channel;
  readonly #gone: Promise<void>;
  #run: StepRun | undefined;
  #failure: Error | undefined;

  /** @throws before anything of the cell exists; later failures reject `runStep`. */
  constructor({ slot, plan, onGone }: NativeCellOptions) {
    const files = encodeFiles(plan.files);
    const { channel, otherEnd } = Channel.create({
      onReport: (report) => this.#onReport(report),
      onEnd: () => this.#fail(slot.dead ?? lostError('A cell')),
    });
    this.#slot = slot;
    this.#channel = channel;
    try {
      this.#gone = slot
        .openCell(otherEnd, planCell(plan.limits))
        .catch((error: unknown) => this.#fail(toInfrastructureError(error)))
        .finally(onGone);
    } finally {
      closeSync(otherEnd);
    }
    if (plan.files.length > 0) this.#send(REQUEST.putFiles, files);
  }

  async runStep(step: StepPlan, io: StepIo): Promise<StepObservation> {
    if (this.#failure !== undefined) throw this.#failure;
    const run = new StepRun(step, io, this.#slot.identity, () => this.#send(REQUEST.kill));
    this.#run = run;
    const overdue = setTimeout(() => this.#endOverdue(step), step.limits.wallTimeMs + OVERDUE_MS);
    try {
      return await run.run((stdio) => this.#channel.send(REQUEST.runStep, encodeRunRequest(step), stdio));
    } finally {
      clearTimeout(overdue);
      this.#run = undefined;
    }
  }

  async close(): Promise<void> {
    this.#channel.close();
    const overdue = setTimeout(() => this.#slot.kill(), OVERDUE_MS);
    await this.#gone;
    clearTimeout(overdue);
  }

  #onReport(report: Report): void {
    switch (report.kind) {
      case REPORT.ready:
        return;
      case REPORT.started:
        return this.#run?.started();
      case REPORT.ended:
        return this.#run?.ended(report);
      case REPORT.failed:
        return this.#fail(setupError('a cell', report.error));
      default:
        return this.#fail(new Error(`Cell sent an unknown report ${report.kind}`));
    }
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

  #endOverdue(step: StepPlan): void {
    this.#channel.close();
    this.#fail(
      new InfrastructureError(
        'sandbox-lost',
        `A cell did not end step "${step.name}" within ${OVERDUE_MS} ms after its wall limit; it was ended whole`,
      ),
    );
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#run?.failed(this.#failure);
  }
}

function encodeFiles(files: readonly CellFile[]): Buffer {
  const body = new BodyWriter();
  body.list(files, ({ path, mode, content }) => body.string(path).u32(mode).bytes(content));
  const bytes = body.finish();
  if (bytes.length <= BODY_BYTES) return bytes;
  throw new RangeError(
    `The files of a job are ${bytes.length} bytes together, at most ${BODY_BYTES} can be placed`,
  );
}
