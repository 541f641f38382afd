import { examineHost } from '@sandlot/sandbox';
import { readSandboxConfig } from '../config/sandbox-config.js';
import { signalExitCode } from '../outcome/exit-code.js';
import { RunInterrupt } from '../run/run-interrupt.js';
import { becomeRunAs } from '../sandbox/become-run-as.js';
import { printDocument } from '../terminal/print-document.js';
import { writeOut } from '../terminal/write-out.js';
import { readVersion } from '../version.js';
import { canRunPayloads } from './can-run-payloads.js';
import { describeReport } from './describe-report.js';
import { advisePod, type PodReport } from './kubernetes/advise-pod.js';
import { describePod } from './kubernetes/describe-pod.js';

export interface DoctorFlags {
  readonly json?: boolean;
  /** Adds what a pod has to have. */
  readonly kubernetes?: boolean;
}

/** What `sandlot doctor` does. @throws {InfrastructureError} if nothing could be tried. */
export async function doctorCommand({ json = false, kubernetes = false }: DoctorFlags): Promise<number> {
  await becomeRunAs(process.env);
  const { cgroup, subordinateIds } = readSandboxConfig(process.env);
  using interrupt = new RunInterrupt();
  try {
    const { signal } = interrupt;
    const report = await examineHost({ cgroup, subordinateIds, version: readVersion(), signal });
    const pod = kubernetes ? { kubernetes: advisePod(report) } : {};
    if (json) await printDocument({ ...report, ...pod });
    else await writeOut(process.stdout, describeReport(report) + describeAdvice(pod));
    return canRunPayloads(report.tier) ? 0 : 1;
  } catch (error) {
    if (interrupt.raised !== undefined) return signalExitCode(interrupt.raised);
    throw error;
  }
}

function describeAdvice({ kubernetes }: { readonly kubernetes?: PodReport }): string {
  return kubernetes === undefined ? '' : `\n${describePod(kubernetes)}`;
}
