import { InfrastructureError, type CgroupController } from '@sandlot/engine';
import type { CgroupFinding } from './cgroup-finding.js';
import { missingOf, wordMissing } from './describe-cgroup.js';

/**
 * Refuses to go on without what the operator insists on: the directory named by SANDLOT_CGROUP, the controllers named
 * by SANDLOT_REQUIRE.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed`, with reason and remedy.
 */
export function refuseFallback(finding: CgroupFinding, require: readonly CgroupController[]): void {
  const missing = missingOf(finding, require);
  if (missing.length > 0) {
    throw refusal(
      `SANDLOT_REQUIRE asks for the cgroup controllers ${require.join(', ')}. ${wordMissing(finding, missing)}`,
    );
  }
  if (finding.source === 'operator' && finding.failure !== undefined) {
    throw refusal(
      `Cannot use SANDLOT_CGROUP=${finding.directory ?? ''}. ${wordMissing(finding, missingOf(finding, ['memory', 'pids', 'cpu']))}`,
    );
  }
}

function refusal(message: string): InfrastructureError {
  return new InfrastructureError('sandbox-setup-failed', message);
}
