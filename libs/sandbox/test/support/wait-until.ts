import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `holds` returns true. @throws with `what` after `withinMs` (default 5 s). */
export async function waitUntil(what: string, holds: () => boolean, withinMs = 5_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await delay(10);
  }
}
