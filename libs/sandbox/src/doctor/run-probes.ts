import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InfrastructureError } from '@sandlot/engine';
import type { HostIdentity } from '../slot/host-identity.js';
import type { ProbedAbility } from './ability.js';
import type { IdRange } from './host-facts.js';
import { parseProbeLine, type ProbeVerdict } from './probe-line.js';

/** The probe program, built by `make` in native/. */
export const PROBE_PATH = fileURLToPath(
  new URL('./build/probe', import.meta.resolve('@sandlot/native/package.json')),
);

/** A hundred times what it takes. Unit: ms. */
const PATIENCE_MS = 5_000;

export type ProbeVerdicts = ReadonlyMap<string, ProbeVerdict>;

export interface ProbeOptions {
  /** What root of a slot will be outside. */
  readonly identity: HostIdentity;
  readonly subUids?: IdRange | undefined;
  readonly subGids?: IdRange | undefined;
  /** An empty cgroup v2 directory to be born and killed in: `cgroup-clone` and `cgroup-kill`. */
  readonly cgroup?: string;
  /** Only these. @default all */
  readonly names?: readonly (ProbedAbility | 'cgroup-clone' | 'cgroup-kill')[];
}

/**
 * Tries what a worker needs, by doing it in a process of its own that leaves nothing behind.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` if the program cannot be run.
 */
export async function runProbes(options: ProbeOptions): Promise<ProbeVerdicts> {
  const output = await execute(toArguments(options));
  return new Map(output.trimEnd().split('\n').map(parseProbeLine));
}

async function execute(args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(PROBE_PATH, args, {
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    });
    return stdout;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new InfrastructureError(
      'sandbox-setup-failed',
      `Cannot run the probe program ${PROBE_PATH}: ${code ?? message}. Build it: make -C native.`,
      { cause },
    );
  }
}

function toArguments({ identity, subUids, subGids, cgroup, names = [] }: ProbeOptions): readonly string[] {
  return [
    `--uid=${identity.uid}`,
    `--gid=${identity.gid}`,
    ...(subUids === undefined ? [] : [`--sub-uids=${subUids.start}:${subUids.count}`]),
    ...(subGids === undefined ? [] : [`--sub-gids=${subGids.start}:${subGids.count}`]),
    ...(cgroup === undefined ? [] : [`--cgroup=${cgroup}`]),
    ...names,
  ];
}
