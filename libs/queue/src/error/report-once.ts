const QUIET_MS = 10_000;

/** Passes errors on, the same message at most once in 10 s: a lost connection is reported by every retry. */
export function reportOnce(report: (error: Error) => void): (thrown: unknown) => void {
  const last = new Map<string, number>();
  return (thrown) => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const now = performance.now();
    for (const [message, at] of last) if (at + QUIET_MS < now) last.delete(message);
    if (last.has(error.message)) return;
    last.set(error.message, now);
    report(error);
  };
}
