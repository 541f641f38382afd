import type { Problem } from '@sandlot/contract';

/** The service refused a request and said why. `message` is ready to be shown to people. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  /** The whole answer: code, detail, remedy, the fields to blame. */
  readonly problem: Problem;
  /** Seconds after which to try again, if the service said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(`${problem.title}: ${problem.detail} ${problem.remedy}`);
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
