import { closeSync, readSync } from 'node:fs';
import koffi from 'koffi';
import { lostError } from '../error/setup-error.js';
import { deferred } from '../deferred.js';
import { createPipes, handOver, type StdioEnds } from '../stdio/pipe.js';
import { writePipe } from '../stdio/pipe-writer.js';
import type { HostIdentity } from '../slot/host-identity.js';

/** What the runner may say in all: more is not read. */
const RECORD_BYTES = 16 * 1024;
const COMPLAINT_BYTES = 2 * 1024;
const LINE_END = 0x0a;

/** A runner that was started ahead: our ends of its pipes, and what it has said. */
export class HeldRunner {
  readonly #stdio: StdioEnds;
  readonly #control: number;
  readonly #results: number;
  readonly #poll: ReturnType<typeof koffi.node.poll>;
  readonly #ready = deferred<void>();
  readonly #over = new AbortController();
  #said: Buffer = Buffer.alloc(0);
  #areStdioTaken = false;
  #isTold = false;
  #isClosed = false;

  /**
   * Makes the pipes of a runner and hands its ends to `begin`.
   *
   * @param owner who the runner is outside.
   */
  constructor(owner: HostIdentity, begin: (theirs: readonly number[]) => void) {
    const pipes = createPipes(owner, ['write', 'read', 'read', 'write', 'read']);
    const [stdin, stdout, stderr, control, results] = handOver(pipes, begin);
    this.#stdio = [stdin, stdout, stderr];
    this.#control = control;
    this.#results = results;
    this.#poll = koffi.node.poll(results, { readable: true }, () => this.#listen());
    // Whoever does not wait for it hears of a failure by the cell's own.
    this.#ready.promise.catch(() => undefined);
  }

  /** Resolves when the runner waits for its message. @throws why it never will. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Our ends of the job's pipes, for whoever moves bytes through them from now on. */
  takeStdio(): StdioEnds {
    this.#areStdioTaken = true;
    return this.#stdio;
  }

  /** Gives the runner its message. It ends like the runner, whoever reads no more. */
  tell(message: Uint8Array): void {
    this.#isTold = true;
    void writePipe(this.#control, message, this.#over.signal);
  }

  failed(error: Error): void {
    this.#ready.reject(error);
  }

  /** What it wrote to stderr, as far as nobody has taken its pipes: why it did not become ready. */
  complaint(): string {
    const text = Buffer.alloc(COMPLAINT_BYTES);
    const length = this.#areStdioTaken ? 0 : readSome(this.#stdio[2], text);
    return text.subarray(0, Math.max(0, length)).toString().trim();
  }

  /** What the runner said after it was ready, and has said by now. Nothing more is read. */
  finish(): Uint8Array {
    this.#read();
    this.close();
    const end = this.#said.indexOf(LINE_END);
    return end === -1 ? Buffer.alloc(0) : this.#said.subarray(end + 1);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.failed(lostError('A runner'));
    this.#over.abort();
    this.#poll.close();
    closeSync(this.#results);
    if (!this.#isTold) closeSync(this.#control);
    if (!this.#areStdioTaken) this.#stdio.forEach((fd) => closeSync(fd));
  }

  /** Only until it is ready: then its record is looked at when it has ended. */
  #listen(): void {
    const isOpen = this.#read();
    if (this.#said.includes(LINE_END)) this.#ready.resolve();
    else if (isOpen) return;
    this.#poll.stop();
  }

  /** Takes in what it has said. Returns whether it may say more. */
  #read(): boolean {
    while (this.#said.length < RECORD_BYTES) {
      const chunk = Buffer.alloc(RECORD_BYTES - this.#said.length);
      const length = readSome(this.#results, chunk);
      if (length <= 0) return length < 0;
      this.#said = Buffer.concat([this.#said, chunk.subarray(0, length)]);
    }
    return false;
  }
}

/** Bytes read; 0 at end of file; -1 if there is nothing now. */
function readSome(fd: number, into: Buffer): number {
  try {
    return readSync(fd, into, 0, into.length, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return -1;
    throw error;
  }
}
