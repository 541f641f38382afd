import { InfrastructureError } from '@sandlot/engine';
import { errnoName } from '../native/library.js';
import { STEP, STEP_TEXT, type StepError } from '../native/protocol.js';

/** Advice by step and errno; the step's own advice first, then what the errno usually means. */
const REMEDIES: Readonly<Record<string, string>> = {
  [`${STEP.clone}:EPERM`]:
    'User namespaces are forbidden here: by a container seccomp profile, or by sysctl kernel.unprivileged_userns_clone=0.',
  [`${STEP.clone}:ENOSYS`]: 'A container seccomp profile blocks clone3; use one that allows it.',
  [`${STEP.clone}:ENOSPC`]: 'Raise sysctl user.max_user_namespaces (and its siblings) on the host.',
  [`${STEP.clone}:EINVAL`]: 'The kernel lacks a namespace type or is older than Linux 5.14.',
  [`${STEP.writeUidMap}:EPERM`]:
    'On Ubuntu 23.10 and later AppArmor restricts user namespaces: install a profile for the worker that allows `userns,`. As root without CAP_SETFCAP, run the worker as another user.',
  '7:EPERM':
    'The /proc of this container is masked, so the kernel refuses a fresh one (mount_too_revealing): run with an unmasked /proc.',
  EACCES: 'A security module (AppArmor, SELinux) may forbid it; see the kernel log.',
};

/** Words a failed step of the launch library or of init: what failed, why, what to do. */
export function setupError(where: string, error: StepError): InfrastructureError {
  const errno = errnoName(error.errno);
  const step = STEP_TEXT[error.step] ?? `step ${error.step}`;
  const remedy = REMEDIES[`${error.step}:${errno}`] ?? REMEDIES[errno];
  const advice = remedy === undefined ? '' : ` ${remedy}`;
  return new InfrastructureError(
    'sandbox-setup-failed',
    `Cannot build ${where}: ${step} (number ${error.index}): ${errno}.${advice}`,
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

/** Init died although we did not ask it to. */
export function lostError(where: string): InfrastructureError {
  return new InfrastructureError(
    'sandbox-lost',
    `${where} died without being told to: it was killed from outside, or by the kernel for lack of memory`,
  );
}
