import { DEFAULT_LIMITS, type Limits } from '@sandlot/contract';
import { executePlan, planJob, type RunReport, type Sandbox, type StepInput } from '@sandlot/engine';

export interface CellRun {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: StepInput;
  readonly files?: readonly {
    readonly path: string;
    readonly mode?: string;
    readonly content: string | Uint8Array;
  }[];
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
  readonly onOutput?: (chunk: string) => void | Promise<void>;
  readonly onStarted?: () => void;
}

/** A report with its output as text. */
export type TextReport = Omit<RunReport, 'stdout' | 'stderr'> & {
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs one program in a fresh cell, the way the worker does. */
export async function runInCell(sandbox: Sandbox, run: CellRun): Promise<TextReport> {
  const limits = { ...DEFAULT_LIMITS, ...run.limits };
  const plan = planJob({
    env: run.env ?? {},
    limits,
    files: (run.files ?? []).map(({ path, mode = '0644', content }) => ({
      path,
      mode,
      content: Buffer.from(content as string),
    })),
    steps: [{ name: 'run', argv: run.argv, env: {}, limits, stdin: run.stdin ?? new Uint8Array() }],
  });
  const observer = {
    onStarted: run.onStarted ?? (() => undefined),
    onOutput: (_step: string, _stream: string, chunk: Uint8Array) =>
      run.onOutput?.(Buffer.from(chunk).toString()),
  };
  const report = await executePlan(sandbox, plan, observer, run.signal ?? new AbortController().signal);
  return { ...report, stdout: text(report.stdout.bytes), stderr: text(report.stderr.bytes) };
}

/** The same, for a line of shell. */
export async function shellInCell(sandbox: Sandbox, script: string, run: Omit<CellRun, 'argv'> = {}) {
  return await runInCell(sandbox, { ...run, argv: ['/bin/sh', '-c', script] });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
