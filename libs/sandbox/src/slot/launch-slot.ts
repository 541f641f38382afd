import { closeSync, openSync } from 'node:fs';
import { setupError } from '../error/setup-error.js';
import { slotLaunch } from '../native/library.js';
import { ERROR_BYTES, LAUNCH_BYTES, LAUNCHED_BYTES } from '../native/protocol.js';
import type { HostIdentity } from './host-identity.js';

/** What a slot's init is started with. Descriptors stay the caller's. */
export interface LaunchOptions {
  /** The init program, a sealed memfd. */
  readonly image: number;
  /** Init's end of the control socket. */
  readonly control: number;
  /** Directory of the cgroup to be born in. */
  readonly cgroup: number | undefined;
  readonly identity: HostIdentity;
}

/**
 * Starts init as pid 1 of a new slot, on a thread of libuv's pool. Resolves with its pidfd, the caller's to close.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed`, naming the step.
 */
export async function launchSlot({ image, control, cgroup, identity }: LaunchOptions): Promise<number> {
  const devNull = openSync('/dev/null', 'r+');
  const launch = new Int32Array(LAUNCH_BYTES / 4);
  launch.set([image, control, devNull, cgroup ?? -1, identity.uid, identity.gid]);
  const launched = new Int32Array(LAUNCHED_BYTES / 4);
  const error = new Int32Array(ERROR_BYTES / 4);
  try {
    const result = await new Promise<number>((resolve, reject) => {
      slotLaunch.async(launch, launched, error, (failure, value) =>
        failure === null ? resolve(value) : reject(failure),
      );
    });
    const [step = 0, index = 0, errno = -result] = error;
    if (result < 0) throw setupError('a slot', { step, index, errno });
    const [, pidfd = -1] = launched;
    return pidfd;
  } finally {
    closeSync(devNull);
  }
}
