import { InfrastructureError } from '@sandlot/engine';
import { STEP_TEXT, type StepError } from '../native/protocol.js';
import { errnoName } from './errno-name.js';

/** Words a failed step of the launch library or of init: what failed, why, what to do. */
export function setupError(where: string, error: StepError): InfrastructureError {
  const errno = errnoName(error.errno);
  const step = STEP_TEXT[error.step] ?? `step ${error.step}`;
  return new InfrastructureError(
    'sandbox-setup-failed',
    `Cannot build ${where}: ${step} (number ${error.index}): ${errno}. See \`sandlot doctor\`.`,
    { cause: new StepFailure(error) },
  );
}

/** The failed step behind a set-up error. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly step: number;
  readonly errno: string;

  constructor({ step, errno }: StepError) {
    super(`step ${step}: ${errnoName(errno)}`);
    this.step = step;
    this.errno = errnoName(errno);
  }
}

/** Whether no cell can be made on this host, rather than none as it was asked for. */
export function isSetupFailure(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof StepFailure) return true;
  return false;
}

/** Init died although we did not ask it to. */
export function lostError(where: string): InfrastructureError {
  return new InfrastructureError(
    'sandbox-lost',
    `${where} died without being told to: it was killed from outside, or by the kernel for lack of memory`,
  );
}
