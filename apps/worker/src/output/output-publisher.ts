import { OUTPUT_STREAMS, type OutputEvent, type OutputStream } from '@sandlot/contract';
import { OutputEncoder, type EncodedPiece } from './output-encoder.js';

/**
 * Tells the output of one attempt as events, in order. A step's unfinished character is told when the step is
 * over; offsets go on across steps, as the job's output is that of all of them.
 */
export class OutputPublisher {
  readonly #attempt: number;
  readonly #publish: (event: OutputEvent) => void;
  readonly #encoders: Readonly<Record<OutputStream, OutputEncoder>> = {
    stdout: new OutputEncoder(),
    stderr: new OutputEncoder(),
  };
  #step = '';

  constructor(attempt: number, publish: (event: OutputEvent) => void) {
    this.#attempt = attempt;
    this.#publish = publish;
  }

  add(step: string, stream: OutputStream, chunk: Uint8Array): void {
    if (step !== this.#step) this.flush();
    this.#step = step;
    this.#tell(stream, this.#encoders[stream].push(chunk));
  }

  /** Tells what was held back; call it when no more output will come. */
  flush(): void {
    for (const stream of OUTPUT_STREAMS) this.#tell(stream, this.#encoders[stream].flush());
  }

  #tell(stream: OutputStream, piece: EncodedPiece | undefined): void {
    if (piece === undefined) return;
    this.#publish({ type: 'output', attempt: this.#attempt, step: this.#step, stream, ...piece });
  }
}
