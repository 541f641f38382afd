import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { InfrastructureError } from '@sandlot/engine';
import { PROBE_PATH } from '../native/build-paths.js';
import type { HostIdentity } from '../slot/host-identity.js';
import { explain } from './explain.js';
import type { ProbedAbility } from './ability.js';
import { parseProbeLine, type ProbeVerdict } from './probe-line.js';

/** A hundred times what it takes. Unit: ms. */
const PATIENCE_MS = 5_000;

export type ProbeVerdicts = ReadonlyMap<string, ProbeVerdict>;

export interface ProbeOptions {
  /** What root of the user namespaces is outside. */
  readonly identity: HostIdentity;
  /** What root of a slot is, for `sub-ids`, if that is somebody else. */
  readonly slot?: HostIdentity | undefined;
  /** An empty cgroup v2 directory to be born and killed in: `cgroup-clone` and `cgroup-kill`. */
  readonly cgroup?: string;
  /** Directories of the host that cells will show, absolute. @default /usr */
  readonly shown?: readonly string[];
  /** Only these. @default all */
  readonly names?: readonly (ProbedAbility | 'cgroup-clone' | 'cgroup-kill')[];
  /** Kills the probes and rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries what a worker needs, by doing it in a process of its own that leaves nothing behind.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` if the program cannot be run.
 */
export async function runProbes(options: ProbeOptions): Promise<ProbeVerdicts> {
  const output = await execute(toArguments(options), options.signal);
  return new Map(output.trimEnd().split('\n').map(parseProbeLine));
}

async function execute(args: readonly string[], signal?: AbortSignal): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(PROBE_PATH, args, {
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
      ...(signal === undefined ? {} : { signal }),
    });
    return stdout;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new InfrastructureError(
      'sandbox-setup-failed',
      `Cannot run the probe program ${wordFailure(cause)}`,
      {
        cause,
      },
    );
  }
}

function wordFailure(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const advice: Readonly<Record<string, string>> = {
    ENOENT: 'Build it: make -C native.',
    EACCES: 'It must be executable, on a file system that is not mounted noexec.',
    EAGAIN: explain({ code: 'process-limit-reached' }).remedy,
  };
  return `${PROBE_PATH}: ${code ?? message}. ${advice[code ?? ''] ?? 'Build it anew: make -C native.'}`;
}

function toArguments({
  identity,
  slot = identity,
  cgroup,
  shown = [],
  names = [],
}: ProbeOptions): readonly string[] {
  return [
    `--uid=${identity.uid}`,
    `--gid=${identity.gid}`,
    ...(slot.uid === identity.uid ? [] : [`--sub-uid=${slot.uid}`, `--sub-gid=${slot.gid}`]),
    ...(cgroup === undefined ? [] : [`--cgroup=${cgroup}`]),
    ...shown.map((path) => `--show=${path}`),
    ...names,
  ];
}
