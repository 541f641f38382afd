import { LIMIT_NAMES, type Enforcement, type Outcome } from '@sandlot/contract';
import { storeBytes, type JobResult, type JobStore } from '@sandlot/engine';

/** A result as a worker would report it, its output kept in the store. */
export async function makeResult(
  store: JobStore,
  jobId: string,
  stdout: Uint8Array,
  outcome: Outcome = { kind: 'exited', exitCode: 0 },
): Promise<JobResult> {
  const usage = { wallMs: 12.5, cpuUserMs: 3, cpuSystemMs: 1, outputBytes: stdout.length };
  const enforcement = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 'rlimit'])) as Enforcement;
  return {
    outcome,
    steps: [{ name: 'run', outcome, usage }],
    output: {
      stdout: { content: await storeBytes(store, jobId, 'stdout', stdout), truncated: false },
      stderr: { content: await storeBytes(store, jobId, 'stderr', new Uint8Array()), truncated: false },
    },
    usage: { ...usage, queueMs: 1, setupMs: 2 },
    enforcement,
  };
}
