import { ErrorCode } from 'bullmq';

/** A move that a job's state does not allow, with BullMQ's own code, so that BullMQ treats it as it does Redis's. */
export function transitionError(code: ErrorCode, jobId: string, move: string): Error {
  const meaning = MEANINGS[code] ?? `code ${code}`;
  return Object.assign(new Error(`Cannot ${move} job ${jobId}: ${meaning}`), { code });
}

const MEANINGS: Partial<Record<ErrorCode, string>> = {
  [ErrorCode.JobNotExist]: 'it does not exist',
  [ErrorCode.JobLockNotExist]: 'its lock is missing',
  [ErrorCode.JobNotInState]: 'it is not in the expected state',
  [ErrorCode.JobLockMismatch]: 'another worker holds its lock',
};
