import { join } from 'node:path';
import type { DoctorReport } from '@sandlot/sandbox';
import type { WasiReport } from '../../src/doctor/examine-wasi.js';
import type { PodReport } from '../../src/doctor/kubernetes/advise-pod.js';
import { runProgram, type ProgramEnd } from '../support/run-program.js';
import { SANDLOT_COMMAND } from '../support/sandlot.js';

export const ROOT = join(import.meta.dirname, '../../../..');

/** The real command, to be run from {@link ROOT}. */
export const DOCTOR = [...SANDLOT_COMMAND, 'doctor'];

/** Runs a line of shell with the doctor as `"$@"`, behind other programs if need be. */
export async function runDoctorIn(
  script: string,
  before: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<ProgramEnd> {
  const env = { PATH: process.env['PATH'] ?? '', ...more };
  return await runProgram([...before, 'sh', '-c', script, 'sh', ...DOCTOR, '--json'], { cwd: ROOT, env });
}

/** What `doctor --json` prints. */
export type DoctorDocument = DoctorReport & {
  readonly wasi: WasiReport;
  /** With `--kubernetes`. */
  readonly kubernetes?: PodReport;
};

/** Reads a report. Fails with what was said instead. */
export function parseReport({ stdout, stderr }: ProgramEnd): DoctorDocument {
  try {
    return JSON.parse(stdout) as DoctorDocument; // our own output
  } catch (cause) {
    throw new Error(`No report, but: ${stdout}${stderr}`, { cause });
  }
}

/** For each ability that failed, the code of its cause. */
export function failuresOf({ findings }: DoctorReport): Readonly<Record<string, string | undefined>> {
  const failed = findings.filter(({ status }) => status === 'failed');
  return Object.fromEntries(failed.map(({ ability, code }) => [ability, code]));
}
