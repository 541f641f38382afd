import { readFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from '@sandlot/contract';

/**
 * A runner is started with the usual RLIMIT_STACK, and its V8 told so. Nobody can raise a hard limit again (setrlimit(2)):
 * below a smaller one, deep calls of a guest would end the runner by SIGSEGV.
 *
 * @param limits the text of /proc/self/limits
 * @throws {Error} if this process, and so a runner, may not have that much
 */
export function requireStack(limits = readFileSync('/proc/self/limits', 'utf8')): void {
  const hard = /^Max stack size\s+\S+\s+(\d+)/m.exec(limits)?.[1];
  if (hard === undefined || Number(hard) >= DEFAULT_LIMITS.stackBytes) return;
  throw new Error(
    `A runner takes ${DEFAULT_LIMITS.stackBytes} bytes of stack, and the hard limit of this process is ${hard}. Raise it where the service is started: ulimit -Hs unlimited, or LimitSTACK=infinity in its systemd unit.`,
  );
}
