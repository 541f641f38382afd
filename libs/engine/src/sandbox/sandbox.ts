import type {
  DeniedCall,
  LeftOutReason,
  LimitName,
  Limits,
  Mechanism,
  OutputStream,
  Runtime,
  SeccompProfile,
  Tier,
  WasmTrap,
} from '@sandlot/contract';
import type { StoredWasi } from '../job/job-record.js';

/** Controllers of cgroup v2 that limits of jobs are made of. */
export const CGROUP_CONTROLLERS = ['cpu', 'io', 'memory', 'pids'] as const;
export type CgroupController = (typeof CGROUP_CONTROLLERS)[number];

/** Where a payload starts and finds its files: the one directory of its cell, beside /tmp, that it may write. */
export const WORK_DIRECTORY = '/box';

/** An ability that could not be had here. */
export interface AbilityFinding {
  readonly ability: string;
  /** What is missing, why, and what to do. */
  readonly message: string;
}

/** What a sandbox can do on this host, found by doing it. */
export interface SandboxAbilities {
  readonly tier: Tier;
  /** For each limit there is, the mechanism that will hold it if a job has it; `none` if nothing here can. */
  readonly enforcement: Readonly<Record<LimitName, Mechanism>>;
  /** What could not be had, and why. Empty where everything is. Whoever starts the sandbox tells it, once. */
  readonly findings: readonly AbilityFinding[];
  /** System call filters that a job can have. */
  readonly seccompProfiles: readonly SeccompProfile[];
  /** What it can run. */
  readonly runtimes: readonly Runtime[];
}

/**
 * Port: runs steps of untrusted programs in cells.
 *
 * Belongs here: isolation, limits, stdio, the facts of how a step ended. Stays out: what those facts mean
 * (`classifyStep`), queues, jobs. The adapter owns slots and all their processes; when it closes or its
 * process dies, nothing of them is left.
 */
export interface Sandbox {
  readonly abilities: SandboxAbilities;
  /** Number of cells that can be open at once. */
  readonly slots: number;
  /** Of its runners, if it has any. */
  readonly runners?: RunnerCounts | undefined;
  /**
   * Takes a free slot (waits for one) and begins a cell in it. Resolves before the cell is complete, so that
   * its set-up overlaps with what follows; a set-up failure rejects the first `runStep`.
   *
   * @throws the reason of `signal` if it aborts while waiting.
   */
  openCell(plan: CellPlan, signal: AbortSignal): Promise<Cell>;
  /** Kills all cells and slots. */
  close(): Promise<void>;
}

/** Runners since the sandbox was started, except `waiting`: those that wait for a job now. */
export interface RunnerCounts {
  readonly waiting: number;
  /** Cells that found one waiting. */
  readonly warm: number;
  /** Cells that had to have one started. */
  readonly cold: number;
  /** Runners that could not be started ahead, or ended before they were needed. */
  readonly failed: number;
}

/** A fresh cell of one job. Its steps run one after another and share its files; it is never used again. */
export interface Cell {
  /**
   * Runs a step until its last process is gone. Rejects only if Sandlot failed: {@link InfrastructureError}
   * `sandbox-setup-failed`, `sandbox-lost`, or `host-out-of-memory` if processes of the cell were killed for want
   * of memory that was not their own limit. However the payload ends is an observation.
   */
  runStep(step: StepPlan, io: StepIo): Promise<StepObservation>;
  /**
   * Takes files out of the work directory after the last step, when no process of the payload lives: from then on
   * nothing slows the cell down any more. Whatever stands in the way of a file is a reason to leave it out; so is the
   * end of the cell for its own memory limit, and an abort of `signal`. Content is bounded by `ARTIFACT_BOUNDS`.
   *
   * @throws {InfrastructureError} if Sandlot failed: `sandbox-lost` if the cell died or took too long.
   */
  collect(paths: readonly string[], signal: AbortSignal): Promise<Collection>;
  /** Kills what is left and gives the slot back. Resolves when no process of the cell remains. */
  close(): Promise<void>;
}

export interface CellPlan {
  readonly limits: Limits;
  readonly files: readonly CellFile[];
  /**
   * Whether its one step is run by the sandbox's runner, a program of ours that waits for something to run, in a root that
   * shows nothing of the host but that. @default false: by programs of the host, or of its files
   */
  readonly runner?: boolean;
}

/** A file placed below the work directory. Missing directories are made with mode 0755. */
export interface CellFile {
  readonly path: string;
  /** Permission bits, e.g. 0o644. */
  readonly mode: number;
  readonly content: Uint8Array;
}

/** Files taken out of a cell, and what was left there. */
export interface Collection {
  readonly files: readonly CollectedFile[];
  readonly leftOut: readonly LeftOutFile[];
}

export interface CollectedFile {
  /** Relative to the work directory; valid by the contract's rules for paths. */
  readonly path: string;
  readonly content: Uint8Array;
}

export interface LeftOutFile {
  /** The path that was asked for, or one below it. Not to be used as a path: it may be no valid one. */
  readonly path: string;
  /** The path that was asked for. */
  readonly requested: string;
  readonly reason: LeftOutReason;
  /** Its length, where that is the reason. */
  readonly bytes?: number;
}

export interface StepPlan {
  readonly name: string;
  readonly argv: readonly string[];
  /** Paths to try for argv[0], in order, as execvp(3) would. At least one. */
  readonly candidates: readonly string[];
  /** The whole environment of the payload, as NAME=value. */
  readonly env: readonly string[];
  /** Those of the cell hold until the first step; from then on those of the step at hand. */
  readonly limits: Limits;
  readonly stdin: StepInput;
  /** System call filter; absent: the sandbox's own choice. */
  readonly seccomp?: SeccompProfile;
  /** Whether to observe which system calls the filter refuses. */
  readonly explain?: boolean;
  /** Of a WebAssembly module, whose path and arguments are `argv`. */
  readonly wasi?: StoredWasi;
  /** In a cell with a runner: what the runner is told. */
  readonly message?: Uint8Array;
}

/** Standard input of a step: all of it, or a stream of it. */
export type StepInput = Uint8Array | AsyncIterable<Uint8Array>;

export interface StepIo {
  /**
   * Receives output as it comes, never beyond `outputBytes`. The chunk is the receiver's to keep. A returned
   * promise holds the payload back.
   */
  readonly onOutput: (stream: OutputStream, chunk: Uint8Array) => void | Promise<void>;
  /** Called once, when the payload has been executed. */
  readonly onStarted: () => void;
  /** Kills the step when it aborts; recorded as `cancel`. */
  readonly signal: AbortSignal;
}

/** Our own record of why we killed a step. Only the first reason counts. */
export type KillReason =
  | { readonly kind: 'wall' | 'cpu' | 'idle'; readonly limitMs: number }
  | { readonly kind: 'output'; readonly stream: OutputStream }
  | { readonly kind: 'memory' | 'disk' }
  | { readonly kind: 'cancel' };

/** How the main process of a step ended, as wait(2) or execve(2) told it; of a module, as its runner did. */
export type StepEnd =
  | {
      readonly kind: 'exited';
      readonly exitCode: number;
      /** Of a module: its code, where it is beyond 255. */
      readonly wasiExitCode?: number;
    }
  | { readonly kind: 'signaled'; readonly signal: string }
  | {
      readonly kind: 'exec-failed';
      readonly path: string;
      readonly errno: string;
      /** Why, where the errno does not say it all. */
      readonly message?: string;
    }
  | TrapEnd;

/** A WebAssembly module that its engine stopped. */
export interface TrapEnd {
  readonly kind: 'trapped';
  readonly trap: WasmTrap;
  readonly message: string;
  /** The name of the function, where the module has names. */
  readonly function?: string;
}

/** The facts of one step, from the kernel and from our own record; no judgement. */
export interface StepObservation {
  readonly end: StepEnd;
  readonly killed?: KillReason;
  /** OOM kills of the step for its cell's own limit (memory.events, oom and oom_kill); absent without a cgroup. */
  readonly oomKills?: number;
  /** Forks refused by the cell's own cgroup during the step (pids.events); absent without a cgroup. */
  readonly forksRefused?: number;
  /** Whether the cell's tmpfs was seen without a free page or inode; absent if nobody could look. */
  readonly diskFull?: boolean;
  readonly truncated: Readonly<Record<OutputStream, boolean>>;
  /** In a cell with a runner: what the runner said at its end, bounded. Whoever ran in it may have written it. */
  readonly record?: Uint8Array;
  /** What the filter of an explained step refused; absent if it was not to be explained. */
  readonly deniedCalls?: readonly DeniedCall[];
  readonly wallMs: number;
  readonly cpuUserMs: number;
  readonly cpuSystemMs: number;
  readonly memoryPeakBytes?: number;
  readonly processesPeak?: number;
  /** What the files of the cell take at the end of the step. */
  readonly diskUsedBytes?: number;
}
