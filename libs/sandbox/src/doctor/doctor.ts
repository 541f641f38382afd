import type { Tier } from '@sandlot/engine';
import { hostIdentity, workerIdentity } from '../slot/host-identity.js';
import { withOwner } from './explain-cgroup.js';
import { diagnose, tierOf } from './diagnose.js';
import type { Finding } from './finding.js';
import type { HostFacts } from './host-facts.js';
import { readHost } from './read-host.js';
import { runProbes } from './run-probes.js';
import { tryCgroup } from './try-cgroup.js';

export interface DoctorOptions {
  /** As `SandboxOptions.cgroup`. @default 'auto' */
  readonly cgroup?: string;
  /** Version of Sandlot, for the report. */
  readonly version: string;
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
 * Finds out by trying what a worker could do here, as this user and in this cgroup. It leaves nothing behind, moves
 * no process and changes no setting.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` if the probe program cannot be run.
 */
export async function examineHost({ cgroup = 'auto', version }: DoctorOptions): Promise<DoctorReport> {
  const facts = readHost();
  const { subUids, subGids } = facts;
  const identity = hostIdentity(0, workerIdentity());
  // One after the other: the probes' own children must not be taken for strangers in the cgroup.
  const finding = await tryCgroup(cgroup);
  const verdicts = await runProbes({ identity, subUids, subGids });
  const findings = diagnose({ verdicts, cgroup: withOwner(finding), facts });
  const versions = {
    sandlot: version,
    node: process.versions.node,
    kernel: facts.kernel,
    architecture: process.arch,
  };
  return { tier: tierOf(findings), versions, findings, host: facts };
}
