import type { ServerResponse } from 'node:http';

/** The span in which a request may wait for something. */
export interface RequestScope {
  /** Aborts when the client is gone, the time is over, the service shuts down, or on `close`. */
  readonly signal: AbortSignal;
  close(): void;
}

/**
 * All requests that wait at the moment. (Plain controllers and one set: `AbortSignal.any` on a signal as
 * long-lived as the service keeps every dependent signal alive in Node 20.)
 */
export class RequestScopes {
  readonly #open = new Set<AbortController>();
  #isEnded = false;

  /** Whether the service shuts down. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Opens the scope of one request; it closes by itself when the response is done or its client gone. */
  open(response: ServerResponse, timeoutMs?: number): RequestScope {
    const controller = new AbortController();
    const timer = timeoutMs === undefined ? undefined : setTimeout(close, timeoutMs);
    const open = this.#open;
    function close(): void {
      clearTimeout(timer);
      response.off('close', close);
      open.delete(controller);
      controller.abort();
    }
    response.once('close', close);
    open.add(controller);
    if (this.#isEnded || response.destroyed) close();
    return { signal: controller.signal, close };
  }

  /** Ends every wait and stream, and those opened later at once. */
  end(): void {
    this.#isEnded = true;
    for (const controller of this.#open) controller.abort();
  }
}
