import { OUTPUT_STREAMS, type OutputEvent, type OutputStream } from '@sandlot/contract';
import { OutputEncoder, type EncodedPiece } from './output-encoder.js';

/** Output is told at once after a pause, then at most this often. Unit: ms. */
const WINDOW_MS = 10;
/** This much is told without waiting for the window to end. Unit: bytes. */
const WINDOW_BYTES = 32 * 1024;

/**
 * Tells the output of one attempt as events. A payload that writes byte by byte does not make an event of each:
 * what comes close together is told together. Offsets go on across steps, as the job's output is that of all.
 */
export class OutputPublisher {
  readonly #attempt: number;
  readonly #publish: (event: OutputEvent) => void;
  readonly #encoders: Readonly<Record<OutputStream, OutputEncoder>> = {
    stdout: new OutputEncoder(),
    stderr: new OutputEncoder(),
  };
  readonly #pending: Record<OutputStream, Uint8Array[]> = { stdout: [], stderr: [] };
  #pendingBytes = 0;
  #step = '';
  /** Runs while the window is open. */
  #window: NodeJS.Timeout | undefined;

  constructor(attempt: number, publish: (event: OutputEvent) => void) {
    this.#attempt = attempt;
    this.#publish = publish;
  }

  add(step: string, stream: OutputStream, chunk: Uint8Array): void {
    if (step !== this.#step) this.flush();
    this.#step = step;
    this.#pending[stream].push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.#window === undefined || this.#pendingBytes >= WINDOW_BYTES) this.#openWindow();
  }

  /** Tells everything, also the beginning of a character that was never finished; nothing is pending then. */
  flush(): void {
    clearTimeout(this.#window);
    this.#window = undefined;
    this.#tellPending();
    for (const stream of OUTPUT_STREAMS) this.#tell(stream, this.#encoders[stream].flush());
  }

  #openWindow(): void {
    clearTimeout(this.#window);
    this.#tellPending();
    this.#window = setTimeout(() => this.#closeWindow(), WINDOW_MS);
  }

  #closeWindow(): void {
    this.#window = undefined;
    if (this.#pendingBytes > 0) this.#openWindow();
  }

  #tellPending(): void {
    this.#pendingBytes = 0;
    for (const stream of OUTPUT_STREAMS) {
      const chunks = this.#pending[stream];
      this.#pending[stream] = [];
      if (chunks.length > 0) this.#tell(stream, this.#encoders[stream].push(Buffer.concat(chunks)));
    }
  }

  #tell(stream: OutputStream, piece: EncodedPiece | undefined): void {
    if (piece === undefined) return;
    this.#publish({ type: 'output', attempt: this.#attempt, step: this.#step, stream, ...piece });
  }
}
