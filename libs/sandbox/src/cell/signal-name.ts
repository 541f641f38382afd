import { constants } from 'node:os';

/** First real-time signal that glibc leaves to programs: signal(7). */
const FIRST_REAL_TIME = 34;

/** By number. Some have two names (SIGABRT, SIGIOT); the first one Node lists is the usual one. */
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** Name of a signal: `SIGKILL`, `SIGRTMIN+1`. */
export function signalName(signal: number): string {
  const name = NAMES.get(signal);
  if (name !== undefined) return name;
  return signal >= FIRST_REAL_TIME ? `SIGRTMIN+${signal - FIRST_REAL_TIME}` : `SIG${signal}`;
}
