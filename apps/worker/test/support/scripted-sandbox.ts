import { LIMIT_NAMES } from '@sandlot/contract';
import type {
  CellPlan,
  Collection,
  Sandbox,
  SandboxAbilities,
  StepIo,
  StepObservation,
  StepPlan,
} from '@sandlot/engine';

/** What the fake payload does; it answers with the facts of its end. */
export type Script = (io: StepIo, step: StepPlan, cell: CellPlan) => Promise<StepObservation>;

export interface ScriptedSandbox extends Sandbox {
  readonly opened: readonly CellPlan[];
  readonly closedCells: () => number;
}

/** Every limit is held. */
export const enforcement = Object.fromEntries(
  LIMIT_NAMES.map((name) => [name, 'rlimit']),
) as SandboxAbilities['enforcement'];

/** A sandbox whose payloads are functions of the test. */
export function scriptedSandbox(
  script: Script,
  options: {
    readonly free?: boolean;
    readonly collect?: (paths: readonly string[]) => Collection;
    readonly enforcement?: Partial<SandboxAbilities['enforcement']>;
  } = {},
): ScriptedSandbox {
  const opened: CellPlan[] = [];
  let closed = 0;
  return {
    opened,
    closedCells: () => closed,
    slots: 1,
    abilities: {
      tier: 'T1',
      enforcement: { ...enforcement, ...options.enforcement },
      findings: [],
      seccompProfiles: ['default'],
      runtimes: ['native'],
    },
    async openCell(plan, signal) {
      if (options.free === false) await abortOf(signal);
      signal.throwIfAborted();
      opened.push(plan);
      return {
        runStep: (step, io) => script(io, step, plan),
        collect: async (paths) => options.collect?.(paths) ?? { files: [], leftOut: [] },
        close: async () => {
          closed += 1;
        },
      };
    },
    close: async () => {},
  };
}

export const exited = (exitCode: number): StepObservation => ({
  end: { kind: 'exited', exitCode },
  truncated: { stdout: false, stderr: false },
  wallMs: 12,
  cpuUserMs: 3,
  cpuSystemMs: 1,
});

/** A payload that runs until it is killed for its signal. */
export const untilKilled: Script = async (io) => {
  io.onStarted();
  await abortOf(io.signal);
  return { ...exited(0), end: { kind: 'signaled', signal: 'SIGKILL' }, killed: { kind: 'cancel' } };
};

async function abortOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
