import { OUTPUT_STREAMS, type Limits, type Outcome } from '@sandlot/contract';
import type { KillReason, StepEnd, StepObservation } from '../sandbox/sandbox.js';

/**
 * Says how a step ended, from its facts alone. The first cause wins, and this is the order in which causes can
 * precede one another: a program that never ran; a kill of ours, by our own record; an OOM kill counted by the
 * cell's own cgroup; a limit that was passed though nobody had to kill for it; a limit that was met, if the
 * program then failed; the plain end.
 *
 * A SIGKILL without a record proves nothing and stays `signaled`. A program that meets the limit of processes or
 * of its disk and succeeds all the same has coped with it.
 *
 * @throws {RangeError} if the exit code is none that wait(2) can give: the observation itself is wrong.
 */
export function classifyStep(observation: StepObservation, limits: Limits): Outcome {
  const { end, killed, oomKills = 0 } = observation;
  if (end.kind === 'exec-failed') return execFailed(end);
  if (killed !== undefined) return classifyKill(killed, limits);
  if (oomKills > 0) return { kind: 'memory-exceeded', limitBytes: limits.memoryBytes };
  return passedLimit(observation, limits) ?? metLimit(observation, limits) ?? plainEnd(end);
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
    case 'disk':
      return { kind: 'disk-exceeded', limitBytes: limits.diskBytes };
    case 'cancel':
      return { kind: 'cancelled' };
    default:
      return killed satisfies never;
  }
}

/**
 * A limit that the step passed and yet came to an end by itself: it wrote too much in its last moment, before
 * the excess was read; or it used too much CPU time before a clock of ours, or RLIMIT_CPU with its whole seconds,
 * could tell.
 */
function passedLimit(observation: StepObservation, limits: Limits): Outcome | undefined {
  const stream = OUTPUT_STREAMS.find((name) => observation.truncated[name]);
  if (stream !== undefined) return { kind: 'output-exceeded', stream, limitBytes: limits.outputBytes };
  return isCpuTimePassed(observation, limits)
    ? { kind: 'timed-out', clock: 'cpu', limitMs: limits.cpuTimeMs }
    : undefined;
}

/** How far the kernel's count by timer ticks, which RLIMIT_CPU goes by, may be ahead of the exact one. */
const TICK_TOLERANCE = 0.1;

/**
 * RLIMIT_CPU sends SIGXCPU at the soft limit and SIGKILL at the hard one (setrlimit(2)). Neither signal is
 * believed without the measured CPU time, since a payload can send itself either.
 */
function isCpuTimePassed({ end, cpuUserMs, cpuSystemMs }: StepObservation, { cpuTimeMs }: Limits): boolean {
  const usedMs = cpuUserMs + cpuSystemMs;
  const isKernelsWord = end.kind === 'signaled' && end.signal === 'SIGXCPU';
  return usedMs >= (isKernelsWord ? cpuTimeMs * (1 - TICK_TOLERANCE) : cpuTimeMs);
}

/** A limit that made system calls of the step fail (fork: EAGAIN, write: ENOSPC) before it failed itself. */
function metLimit(
  { end, forksRefused = 0, diskFull = false }: StepObservation,
  limits: Limits,
): Outcome | undefined {
  if (!isFailureOfItsOwn(end)) return undefined;
  if (forksRefused > 0) return { kind: 'process-limit', limit: limits.pids };
  return diskFull ? { kind: 'disk-exceeded', limitBytes: limits.diskBytes } : undefined;
}

/**
 * How a program ends that was refused something and gave up: with an exit code of its own, by abort(3), or by the
 * SIGBUS of a mapped file that has no room (mmap(2)). Any other signal says more of it than an earlier refusal.
 */
function isFailureOfItsOwn(end: StepEnd): boolean {
  if (end.kind === 'trapped') return true;
  return end.kind === 'signaled'
    ? ['SIGABRT', 'SIGBUS'].includes(end.signal)
    : end.kind === 'exited' && end.exitCode !== 0;
}

function plainEnd(end: Exclude<StepEnd, { kind: 'exec-failed' }>): Outcome {
  if (end.kind === 'signaled') return { kind: 'signaled', signal: end.signal };
  if (end.kind === 'trapped') return { ...end, kind: 'wasm-trap' };
  const { exitCode, wasiExitCode } = end;
  if (!Number.isInteger(exitCode) || exitCode < 0 || exitCode > 255) {
    throw new RangeError(`Expected an exit code from 0 to 255 (wait(2)), got ${exitCode}`);
  }
  return { kind: 'exited', exitCode, ...(wasiExitCode === undefined ? {} : { wasiExitCode }) };
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

function execFailed({ path, errno, message }: Extract<StepEnd, { kind: 'exec-failed' }>): Outcome {
  const reason = message ?? ERRNO_TEXT[errno] ?? 'see execve(2)';
  return { kind: 'exec-failed', path, errno, message: `Cannot execute ${path}: ${reason} (${errno})` };
}
