/** Nobody ever wakes it. */
const never = new Int32Array(new SharedArrayBuffer(4));

const NANOSECONDS_PER_MS = 1_000_000;

/** Waits without using the CPU until a time of `process.hrtime`. Only a signal that kills ends it earlier. */
export function sleepUntil(time: bigint): void {
  for (;;) {
    const left = Number(time - process.hrtime.bigint());
    if (left <= 0) return;
    Atomics.wait(never, 0, 0, left / NANOSECONDS_PER_MS);
  }
}
