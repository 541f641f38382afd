/** Signals by which a person, a terminal or a supervisor ends a service. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/**
 * One wish to stop may arrive several times: `kill -INT -- -PGID` reaches npm, our starter and the service, and each
 * of the former passes it on. A person who is in haste is slower than this. Unit: ms.
 */
const ECHO_MS = 300;

export interface StopHandlers {
  /** The first signal. */
  readonly first: (signal: StopSignal) => void;
  /** Every later one that is no echo of the first. */
  readonly again: (signal: StopSignal) => void;
}

/** Listens for the signals that stop the service, from now on. */
export function onStopSignal(handlers: StopHandlers, source: NodeJS.EventEmitter = process): void {
  let firstAt: number | undefined;
  const onSignal = (signal: StopSignal) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      handlers.first(signal);
    } else if (performance.now() - firstAt > ECHO_MS) handlers.again(signal);
  };
  for (const name of STOP_SIGNALS) source.on(name, onSignal);
}
