import type { JobDocument, OutputEvent, OutputStream } from '@sandlot/contract';
import { outputBytes } from './output-bytes.js';

/** Writes a piece of a stream; resolves when it has left the process. */
export type WriteOutput = (stream: OutputStream, bytes: Uint8Array) => Promise<void>;

/**
 * Prints a job's output, each byte of an attempt once: pieces come as events, what the history has forgotten comes
 * from the finished job. A new attempt begins anew, which is said on stderr.
 */
export class OutputPrinter {
  readonly #write: WriteOutput;
  readonly #printed: Record<OutputStream, number> = { stdout: 0, stderr: 0 };
  #attempt = 1;

  constructor(write: WriteOutput) {
    this.#write = write;
  }

  async printPiece(event: OutputEvent): Promise<void> {
    if (event.attempt !== this.#attempt) await this.#beginAttempt(event.attempt);
    await this.#printFrom(event.stream, event.offset, outputBytes(event));
  }

  /** Prints what the pieces have not covered. */
  async printRest({ output, attempts }: Pick<JobDocument, 'output' | 'attempts'>): Promise<void> {
    if (output === undefined) return;
    const attempt = attempts.at(-1)?.number ?? this.#attempt;
    if (attempt !== this.#attempt) await this.#beginAttempt(attempt);
    await this.#printFrom('stdout', 0, outputBytes(output.stdout));
    await this.#printFrom('stderr', 0, outputBytes(output.stderr));
  }

  async #beginAttempt(attempt: number): Promise<void> {
    const hasPrinted = this.#printed.stdout + this.#printed.stderr > 0;
    this.#attempt = attempt;
    this.#printed.stdout = 0;
    this.#printed.stderr = 0;
    if (hasPrinted) {
      await this.#write(
        'stderr',
        Buffer.from(`sandlot: attempt ${attempt} begins; its output starts anew\n`),
      );
    }
  }

  async #printFrom(stream: OutputStream, offset: number, bytes: Uint8Array): Promise<void> {
    const isNew = bytes.subarray(Math.max(0, this.#printed[stream] - offset));
    if (isNew.length === 0) return;
    this.#printed[stream] = offset + bytes.length;
    await this.#write(stream, isNew);
  }
}
