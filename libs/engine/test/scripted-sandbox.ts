import { LIMIT_NAMES, type OutputStream } from '@sandlot/contract';
import type {
  Cell,
  CellPlan,
  Collection,
  Sandbox,
  SandboxAbilities,
  StepInput,
  StepIo,
  StepObservation,
  StepPlan,
} from '../src/sandbox/sandbox.js';

/** How a step of the script goes: what it writes, then how it ends (by default with exit code 0). */
export interface ScriptedStep extends Partial<Pick<StepObservation, 'end' | 'killed' | 'truncated'>> {
  readonly chunks?: readonly (readonly [OutputStream, string])[];
  readonly usage?: Partial<StepObservation>;
  /** Sandlot's own failure, in place of an end. */
  readonly failure?: Error;
}

/** A sandbox that runs nothing: each step goes as the script under its name says. */
export class ScriptedSandbox implements Sandbox {
  readonly abilities: SandboxAbilities = {
    tier: 'T4',
    enforcement: Object.fromEntries(
      LIMIT_NAMES.map((name) => [name, 'none']),
    ) as SandboxAbilities['enforcement'],
    findings: [],
    seccompProfiles: ['default'],
    runtimes: ['native'],
  };
  readonly slots = 1;
  /** Names of the steps that ran, in order. */
  readonly ran: string[] = [];
  /** What each step found on stdin. */
  readonly stdin: Record<string, string> = {};
  /** Paths it was asked for, and what it answers. */
  readonly collected: (readonly string[])[] = [];
  collection: Collection = { files: [], leftOut: [] };
  /** Cells opened so far. */
  opened = 0;
  /** Cells open now. */
  open = 0;
  readonly #script: Readonly<Record<string, ScriptedStep>>;

  constructor(script: Readonly<Record<string, ScriptedStep>>) {
    this.#script = script;
  }

  async openCell(_plan: CellPlan, signal: AbortSignal): Promise<Cell> {
    signal.throwIfAborted();
    this.opened += 1;
    this.open += 1;
    const close = async () => {
      this.open -= 1;
      return await Promise.resolve();
    };
    return await Promise.resolve({
      runStep: (step, io) => this.#runStep(step, io),
      collect: async (paths) => {
        this.collected.push(paths);
        return await Promise.resolve(this.collection);
      },
      close,
    });
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  async #runStep(step: StepPlan, io: StepIo): Promise<StepObservation> {
    const script = this.#script[step.name] ?? {};
    this.ran.push(step.name);
    this.stdin[step.name] = await textOf(step.stdin);
    if (script.failure !== undefined) throw script.failure;
    const end = script.end ?? { kind: 'exited', exitCode: 0 };
    if (end.kind !== 'exec-failed') io.onStarted();
    for (const [stream, text] of script.chunks ?? []) await io.onOutput(stream, Buffer.from(text));
    return {
      end,
      ...(script.killed === undefined ? {} : { killed: script.killed }),
      truncated: script.truncated ?? { stdout: false, stderr: false },
      wallMs: 1,
      cpuUserMs: 2,
      cpuSystemMs: 3,
      ...script.usage,
    };
  }
}

async function textOf(stdin: StepInput): Promise<string> {
  if (stdin instanceof Uint8Array) return Buffer.from(stdin).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
