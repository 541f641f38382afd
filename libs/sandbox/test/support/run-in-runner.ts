import { DEFAULT_LIMITS, type Limits } from '@sandlot/contract';
import type { Sandbox, StepObservation } from '@sandlot/engine';

const never = new AbortController().signal;

export interface RunnerRun {
  readonly limits?: Partial<Limits>;
  readonly stdin?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Has the runner evaluate a script; the record is its value. */
export async function evaluate(
  sandbox: Sandbox,
  script: string,
  { limits, stdin = '', files = {}, signal = never }: RunnerRun = {},
) {
  const all = { ...DEFAULT_LIMITS, ...limits };
  const placed = Object.entries(files).map(([path, text]) => ({
    path,
    mode: 0o644,
    content: Buffer.from(text),
  }));
  const cell = await sandbox.openCell({ limits: all, files: placed, runner: true }, never);
  try {
    let stdout = '';
    const observation = await cell.runStep(
      {
        name: 'run',
        argv: [],
        candidates: [],
        env: [],
        limits: all,
        stdin: Buffer.from(stdin),
        message: Buffer.from(script),
      },
      {
        signal,
        onStarted: () => undefined,
        onOutput: (_, chunk) => void (stdout += Buffer.from(chunk).toString()),
      },
    );
    const { files: artifacts } = await cell.collect(['out'], never);
    return {
      ...observation,
      stdout,
      artifacts: artifacts.map(({ path }) => path),
      said: sayingOf(observation),
    };
  } finally {
    await cell.close();
  }
}

function sayingOf({ record }: StepObservation): unknown {
  const text = Buffer.from(record ?? [])
    .toString()
    .trim();
  return text === '' ? undefined : JSON.parse(text);
}
