import { InfrastructureError } from '@sandlot/engine';
import type { CgroupFinding } from '../cgroup/cgroup-finding.js';
import { StepFailure } from '../error/setup-error.js';
import { hostIdentity, workerIdentity } from '../slot/host-identity.js';
import { diagnose } from './diagnose.js';
import { joinTexts } from './explain.js';
import { withOwner } from './explain-cgroup.js';
import { readHost } from './read-host.js';
import { runProbes } from './run-probes.js';

/**
 * Adds to the failure of a first slot what blocks it on this host and what to do, found as `sandlot doctor` does: by
 * trying everything that a slot needs. An error that is no failed step comes back as it is.
 */
export async function explainSetupFailure(error: unknown, finding: CgroupFinding): Promise<unknown> {
  if (!(error instanceof InfrastructureError) || !(error.cause instanceof StepFailure)) return error;
  const facts = readHost();
  const identity = hostIdentity(0, workerIdentity());
  const verdicts = await runProbes({ identity });
  const findings = diagnose({ verdicts, cgroup: withOwner(finding), facts });
  const blocking = findings.filter(
    ({ status, tier }) => status === 'failed' && tier !== undefined && tier !== 'T1',
  );
  if (blocking.length === 0) return error;
  const reasons = blocking.map(({ cause = '', remedy = '' }) => ({ cause, remedy }));
  return new InfrastructureError(error.code, `${error.message} ${joinTexts(reasons)}`, { cause: error });
}
