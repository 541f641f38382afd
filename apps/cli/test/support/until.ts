import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;

/** Waits until `check` gives a value. @throws {Error} with what was waited for, once the deadline has passed. */
export async function until<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${deadlineMs} ms in vain for ${what}`);
    await sleep(POLL_MS);
  }
}
