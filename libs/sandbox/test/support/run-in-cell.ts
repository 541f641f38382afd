import { DEFAULT_LIMITS, type ArtifactRequest, type Limits, type SeccompProfile } from '@sandlot/contract';
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
  readonly seccomp?: SeccompProfile;
  readonly explain?: boolean;
  readonly artifacts?: readonly ArtifactRequest[];
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
  return await runStepsInCell(sandbox, [run], run.files, run);
}

/** Runs several as steps of one cell, each with limits of its own; the cell's own are the first one's. */
export async function runStepsInCell(
  sandbox: Sandbox,
  steps: readonly Pick<CellRun, 'argv' | 'env' | 'stdin' | 'limits'>[],
  files: CellRun['files'] = [],
  {
    signal = new AbortController().signal,
    seccomp,
    explain = false,
    onOutput,
    onStarted = () => undefined,
    artifacts = [],
  }: Partial<CellRun> = {},
): Promise<TextReport> {
  const plan = planJob({
    env: {},
    explain,
    ...(seccomp === undefined ? {} : { seccomp }),
    limits: { ...DEFAULT_LIMITS, ...steps[0]?.limits },
    artifacts,
    files: files.map(({ path, mode = '0644', content }) => ({
      path,
      mode,
      content: Buffer.from(content as string),
    })),
    steps: steps.map(({ argv, env = {}, limits, stdin = new Uint8Array() }, index) => ({
      name: `step-${index}`,
      argv,
      env,
      stdin,
      limits: { ...DEFAULT_LIMITS, ...limits },
    })),
  });
  const observer = {
    onStarted,
    onOutput: (_step: string, _stream: string, chunk: Uint8Array) =>
      onOutput?.(Buffer.from(chunk).toString()),
  };
  const report = await executePlan(sandbox, plan, observer, signal);
  return { ...report, stdout: text(report.stdout.bytes), stderr: text(report.stderr.bytes) };
}

/** The same, for a line of shell. */
export async function shellInCell(sandbox: Sandbox, script: string, run: Omit<CellRun, 'argv'> = {}) {
  return await runInCell(sandbox, { ...run, argv: ['/bin/sh', '-c', script] });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
