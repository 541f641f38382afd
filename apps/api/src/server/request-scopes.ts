import type { ServerResponse } from 'node:http';

/** The span in which a request may wait for something. */
export interface RequestScope {
  /** Aborts when the client is gone, the time is over, the service closes, or on `close`. */
  readonly signal: AbortSignal;
  close(): void;
}

export interface ScopeOptions {
  /**
   * Whether what the request waits for has happened already, so that it will end by itself. Asked when the service
   * closes: such a request is not cut off short of its last word.
   */
  readonly isOver: () => Promise<boolean>;
  /** Longest wait. Unit: ms. @default none */
  readonly timeoutMs?: number;
}

/**
 * All requests that wait at the moment. (Plain controllers and one map: `AbortSignal.any` on a signal as
 * long-lived as the service keeps every dependent signal alive in Node 20.)
 */
export class RequestScopes {
  readonly #open = new Map<AbortController, ScopeOptions['isOver']>();
  #isDraining = false;
  #isEnded = false;
  #onIdle: (() => void)[] = [];

  /** Whether the service is about to stop and takes no new jobs. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Opens the scope of one request; it closes by itself when the response is done or its client gone. */
  open(response: ServerResponse, { isOver, timeoutMs }: ScopeOptions): RequestScope {
    const controller = new AbortController();
    const close = (): void => {
      clearTimeout(timer);
      response.off('close', close);
      this.#open.delete(controller);
      controller.abort();
      if (this.#open.size === 0) this.#tellIdle();
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(close, timeoutMs);
    response.once('close', close);
    this.#open.set(controller, isOver);
    if (response.destroyed) close();
    else if (this.#isEnded) void endUnlessOver(controller, isOver);
    return { signal: controller.signal, close };
  }

  /** Lets waits and streams go on. Resolves when none is left. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Ends every wait and stream that does not end by itself, those opened later too. */
  end(): void {
    this.#isDraining = true;
    this.#isEnded = true;
    for (const [controller, isOver] of this.#open) void endUnlessOver(controller, isOver);
  }

  #tellIdle(): void {
    for (const resolve of this.#onIdle) resolve();
    this.#onIdle = [];
  }
}

async function endUnlessOver(controller: AbortController, isOver: () => Promise<boolean>): Promise<void> {
  // A queue that cannot be asked has no last word to wait for.
  if (!(await isOver().catch(() => false))) controller.abort();
}
