import type { ServerResponse } from 'node:http';

/** The span in which a request may wait for something. */
export interface RequestScope {
  /** Aborts when the client is gone, the time is over, the service closes, or on `close`. */
  readonly signal: AbortSignal;
  close(): void;
}

export interface ScopeOptions {
  /** Whose request it is: a tenant has half of all the room. @default nobody's in particular, who may have it all */
  readonly tenant?: string | undefined;
  /**
   * Whether what the request waits for has happened already, so that it will end by itself. Asked when the service
   * closes: such a request is not cut off short of its last word.
   */
  readonly isOver: () => Promise<boolean>;
  /** Longest wait. Unit: ms. @default none */
  readonly timeoutMs?: number;
}

/** A request that waits. */
interface Open {
  readonly tenant: string | undefined;
  readonly isOver: ScopeOptions['isOver'];
}

/**
 * All requests that wait at the moment, a bounded number: each holds a connection and a reader of the queue. (Plain controllers and one map: `AbortSignal.any` on a signal as
 * long-lived as the service keeps every dependent signal alive in Node 20.)
 */
export class RequestScopes {
  readonly #open = new Map<AbortController, Open>();
  readonly #room: number;
  #isDraining = false;
  #isEnded = false;
  #onIdle: (() => void)[] = [];

  /** @param room most requests that may wait at once. */
  constructor(room: number) {
    this.#room = room;
  }

  /** Whether the service is about to stop and takes no new jobs. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /**
   * Opens the scope of one request; it closes by itself when the response is done or its client gone. Undefined if
   * there is no room for it.
   */
  open(response: ServerResponse, { tenant, isOver, timeoutMs }: ScopeOptions): RequestScope | undefined {
    if (!this.#hasRoom(tenant)) return undefined;
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
    this.#open.set(controller, { tenant, isOver });
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
    for (const [controller, { isOver }] of this.#open) void endUnlessOver(controller, isOver);
  }

  #hasRoom(tenant: string | undefined): boolean {
    if (this.#open.size >= this.#room) return false;
    if (tenant === undefined) return true;
    const own = [...this.#open.values()].filter((open) => open.tenant === tenant).length;
    return own < Math.ceil(this.#room / 2);
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
