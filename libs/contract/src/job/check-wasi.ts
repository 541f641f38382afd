import type { z } from 'zod';
import { quote } from '../text/quote.js';
import type { InputFile } from './input-file.js';
import { WASI_FIELDS, wasiProgramOf, type WasiFields } from './wasi.js';

interface CheckedSpec extends WasiFields {
  readonly argv?: readonly string[] | undefined;
  readonly steps?: unknown;
  readonly seccomp?: unknown;
  readonly explain: boolean;
  readonly files: readonly InputFile[];
}

/** Reports fields that do not belong to the job's runtime, and a module that is not among its files. */
export function checkWasi(spec: CheckedSpec, context: z.RefinementCtx): void {
  const report = (field: string, message: string) =>
    context.addIssue({ code: 'custom', path: [field], message });
  const program = wasiProgramOf(spec);
  if (program === undefined) {
    for (const field of WASI_FIELDS.filter((name) => spec[name] !== undefined))
      report(field, `Only a job of the runtime wasi has "${field}"; set "runtime": "wasi", or leave it out`);
    return;
  }
  if (spec.argv !== undefined)
    report('argv', 'A wasi job runs a module; name its file as "module" and give arguments as "args"');
  if (spec.steps !== undefined) report('steps', 'A wasi job runs one module; send a job for each');
  if (spec.seccomp !== undefined || spec.explain)
    report(
      spec.explain ? 'explain' : 'seccomp',
      'A module makes no system calls of its own, so a wasi job has no filter to choose; leave it out',
    );
  if (!spec.files.some(({ path }) => path === program.module))
    report('module', `No file of the job has the path ${quote(program.module)}; add the module to "files"`);
}
