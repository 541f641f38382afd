import { examineHost } from '@sandlot/sandbox';
import { readSandboxConfig } from '../config/sandbox-config.js';
import { printDocument } from '../terminal/print-document.js';
import { writeOut } from '../terminal/write-out.js';
import { readVersion } from '../version.js';
import { describeReport } from './describe-report.js';
import { canRunPayloads } from './tier-text.js';

/** What `sandlot doctor` does. @throws {InfrastructureError} if nothing could be tried. */
export async function doctorCommand({ json = false }: { readonly json?: boolean }): Promise<number> {
  const report = await examineHost({ cgroup: readSandboxConfig(process.env).cgroup, version: readVersion() });
  if (json) await printDocument(report);
  else await writeOut(process.stdout, describeReport(report));
  return canRunPayloads(report.tier) ? 0 : 1;
}
