import type { Tier } from '@sandlot/contract';
import { tryLibrary, type LibraryFailure } from '../native/try-library.js';
import { shownDirectories } from '../rootfs/host-tree.js';
import { hostIdentity, workerIdentity, type HostIdentity } from '../slot/host-identity.js';
import { withSubordinateIds, type SubordinateIds } from '../slot/identify-worker.js';
import { withOwner } from './explain-cgroup.js';
import { diagnose, tierOf } from './diagnose.js';
import type { Finding } from './finding.js';
import type { HostFacts } from './host-facts.js';
import { readHost } from './read-host.js';
import { runProbes } from './run-probes.js';
import type { TryLock } from './trial-cgroup.js';
import { tryCgroup } from './try-cgroup.js';

export interface DoctorOptions {
  /** As `SandboxOptions.cgroup`. @default 'auto' */
  readonly cgroup?: string;
  /** As `SandboxOptions.subordinateIds`. @default 'auto' */
  readonly subordinateIds?: SubordinateIds;
  /** Version of Sandlot, for the report. */
  readonly version: string;
  /** Ends the examination; what was made is removed all the same. */
  readonly signal?: AbortSignal;
}

/** What this host can do for a worker that runs as this process does. */
export interface DoctorReport {
  readonly tier: Tier;
  readonly versions: {
    readonly sandlot: string;
    readonly node: string;
    readonly kernel: string;
    readonly architecture: string;
  };
  readonly findings: readonly Finding[];
  /** What the findings were explained by. */
  readonly host: HostFacts;
}

/**
 * Finds out by trying what a worker could do here, as this user and in this cgroup. It leaves nothing behind and
 * changes no setting; processes that it moves to try controllers it moves back.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` if the probe program cannot be run; the reason of the signal.
 */
export async function examineHost(options: DoctorOptions): Promise<DoctorReport> {
  const { cgroup = 'auto', subordinateIds = 'auto', version, signal } = options;
  const facts = readHost();
  const { identity, slot } = identitiesOf(facts, subordinateIds);
  const library = await tryLibrary();
  // One after the other: the probes' own children must not be taken for strangers in the cgroup.
  const trial = await tryCgroup({ cgroup, slot, tryLock: await tryLockOf(library), signal });
  const verdicts = await runProbes({ identity, slot, shown: shownDirectories(), signal });
  const findings = diagnose({ library, verdicts, cgroup: withOwner(trial), subordinateIds, facts });
  return { tier: tierOf(findings), versions: versionsOf(version, facts), findings, host: facts };
}

/**
 * Who a first slot is without and with subordinate ids. Without /proc nobody knows which ids there are, and no map can
 * be written anyway.
 */
function identitiesOf(
  { hasProc, uid, gid }: HostFacts,
  option: SubordinateIds,
): { readonly identity: HostIdentity; readonly slot: HostIdentity } {
  if (!hasProc) return { identity: { uid, gid }, slot: { uid, gid } };
  const worker = workerIdentity();
  return { identity: hostIdentity(0, worker), slot: hostIdentity(0, withSubordinateIds(worker, option)) };
}

/** The library's, if there is one. */
async function tryLockOf(failure: LibraryFailure | undefined): Promise<TryLock | undefined> {
  return failure === undefined ? (await import('../native/library.js')).tryLockFile : undefined;
}

function versionsOf(sandlot: string, { kernel }: HostFacts): DoctorReport['versions'] {
  return { sandlot, node: process.versions.node, kernel, architecture: process.arch };
}
