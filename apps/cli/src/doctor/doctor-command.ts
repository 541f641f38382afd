import { homedir } from 'node:os';
import { examineHost, type DoctorReport } from '@sandlot/sandbox';
import { readDataDir } from '../config/read-config.js';
import { readSandboxConfig, type SandboxConfig } from '../config/sandbox-config.js';
import { signalExitCode } from '../outcome/exit-code.js';
import { RunInterrupt } from '../run/run-interrupt.js';
import { becomeRunAs } from '../sandbox/become-run-as.js';
import { printDocument } from '../terminal/print-document.js';
import { writeOut } from '../terminal/write-out.js';
import { readVersion } from '../version.js';
import { canRunPayloads } from './can-run-payloads.js';
import { describeReport } from './describe-report.js';
import { describeWasi } from './describe-wasi.js';
import type { WasiReport } from './examine-wasi.js';
import { advisePod, type PodReport } from './kubernetes/advise-pod.js';
import { describePod } from './kubernetes/describe-pod.js';
import { readPod } from './kubernetes/read-pod.js';

export interface DoctorFlags {
  readonly json?: boolean;
  /** Adds what a pod has to have. */
  readonly kubernetes?: boolean;
}

/** What `sandlot doctor` does. @throws {InfrastructureError} if nothing could be tried. */
export async function doctorCommand({ json = false, kubernetes = false }: DoctorFlags): Promise<number> {
  await becomeRunAs(process.env);
  const config = readSandboxConfig(process.env);
  const { cgroup, subordinateIds } = config;
  using interrupt = new RunInterrupt();
  try {
    const { signal } = interrupt;
    const report = await examineHost({ cgroup, subordinateIds, version: readVersion(), signal });
    const wasi = await tryWasi(config, report, signal);
    const pod = kubernetes
      ? { kubernetes: advisePod(report, readPod(readDataDir(process.env, homedir()))) }
      : {};
    if (json) await printDocument({ ...report, wasi, ...pod });
    else await writeOut(process.stdout, describe(report, wasi) + describeAdvice(pod));
    return canRunPayloads(report.tier) ? 0 : 1;
  } catch (error) {
    if (interrupt.raised !== undefined) return signalExitCode(interrupt.raised);
    throw error;
  }
}

/** Who runs no modules need not load what they take. */
async function tryWasi(
  config: SandboxConfig,
  report: DoctorReport,
  signal: AbortSignal,
): Promise<WasiReport> {
  if (config.wasiRunners === 'off') return { status: 'off' };
  const { examineWasi } = await import('./examine-wasi.js');
  return await examineWasi(config, report, signal);
}

function describe(report: DoctorReport, wasi: WasiReport): string {
  return `${describeReport(report)}\n${describeWasi(wasi)}`;
}

function describeAdvice({ kubernetes }: { readonly kubernetes?: PodReport }): string {
  return kubernetes === undefined ? '' : `\n${describePod(kubernetes)}`;
}
