import type { StoredJob } from './stored-job.js';

/** What a job costs in memory beside its texts. */
const JOB_BYTES = 1_000;

/** About how much memory a job takes. Unit: bytes. */
export function jobSize({ data, ledger, returnvalue, failedReason, stacktrace }: StoredJob): number {
  const texts = [data, ledger, returnvalue, failedReason, stacktrace];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), JOB_BYTES);
}
