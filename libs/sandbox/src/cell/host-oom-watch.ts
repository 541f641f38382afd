import { readFileSync } from 'node:fs';

/** An older reading is taken anew; reading costs more than the start of a short step otherwise would. */
const STALE_MS = 1_000;

let latest = { at: -Infinity, kills: 0 };

/**
 * Notices OOM kills on this host from now on, for cells whose own cgroup does not count them: the counter `oom_kill`
 * of /proc/vmstat (proc_vmstat(5)). It may count a second too many before now, and containers beside ours too.
 *
 * @returns whether there was one since.
 */
export function watchHostOom(): () => boolean {
  const now = performance.now();
  if (now - latest.at > STALE_MS) latest = { at: now, kills: readKills() };
  const before = latest.kills;
  return () => readKills() > before;
}

function readKills(): number {
  return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
}
