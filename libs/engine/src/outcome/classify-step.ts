import type { Limits, Outcome } from '@sandlot/contract';
import type { KillReason, StepEnd, StepObservation } from '../sandbox/sandbox.js';

/**
 * Says how a step ended, from its facts alone. The first cause wins, and this is the order in which causes can
 * precede one another: a program that never ran; a kill of ours, by our own record; an OOM kill counted by the
 * cell's own cgroup; a limit the kernel reports by a signal; the plain end.
 *
 * A SIGKILL without a record proves nothing and stays `signaled`.
 */
export function classifyStep(observation: StepObservation, limits: Limits): Outcome {
  const { end, killed } = observation;
  if (end.kind === 'exec-failed') return execFailed(end);
  if (killed !== undefined) return classifyKill(killed, limits);
  if ((observation.oomKills ?? 0) > 0) return { kind: 'memory-exceeded', limitBytes: limits.memoryBytes };
  if (isCpuLimitSignal(observation, limits)) {
    return { kind: 'timed-out', clock: 'cpu', limitMs: limits.cpuTimeMs };
  }
  return end.kind === 'exited'
    ? { kind: 'exited', exitCode: end.exitCode }
    : { kind: 'signaled', signal: end.signal };
}

function classifyKill(killed: KillReason, limits: Limits): Outcome {
  switch (killed.kind) {
    case 'wall':
    case 'cpu':
    case 'idle':
      return { kind: 'timed-out', clock: killed.kind, limitMs: killed.limitMs };
    case 'output':
      return { kind: 'output-exceeded', stream: killed.stream, limitBytes: limits.outputBytes };
    case 'memory':
      return { kind: 'memory-exceeded', limitBytes: limits.memoryBytes };
    case 'cancel':
      return { kind: 'cancelled' };
    default:
      return killed satisfies never;
  }
}

/**
 * RLIMIT_CPU sends SIGXCPU at the soft limit and SIGKILL at the hard one (setrlimit(2)); believed only if the
 * measured CPU time says so too, since a payload can send itself either.
 */
function isCpuLimitSignal({ end, cpuUserMs, cpuSystemMs }: StepObservation, limits: Limits): boolean {
  const byLimit = end.kind === 'signaled' && (end.signal === 'SIGXCPU' || end.signal === 'SIGKILL');
  return byLimit && cpuUserMs + cpuSystemMs >= limits.cpuTimeMs;
}

const ERRNO_TEXT: Readonly<Record<string, string>> = {
  ENOENT: 'no such file, or its interpreter is missing',
  EACCES: 'not executable, or a directory on the way is not searchable',
  ENOEXEC: 'not a program: unknown executable format',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'is a directory',
  ELOOP: 'too many symbolic links',
  E2BIG: 'arguments and environment are too long',
  ENOMEM: 'not enough memory to load it',
  ETXTBSY: 'the file is open for writing',
  ELIBBAD: 'its interpreter is not in a recognised format',
};

function execFailed({ path, errno }: Extract<StepEnd, { kind: 'exec-failed' }>): Outcome {
  const reason = ERRNO_TEXT[errno] ?? 'see execve(2)';
  return { kind: 'exec-failed', path, errno, message: `Cannot execute ${path}: ${reason} (${errno})` };
}
