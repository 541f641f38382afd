import type {
  Tier,
  ArtifactRequest,
  Attempt,
  Enforcement,
  InputFile,
  JobSpec,
  JobState,
  JobUsage,
  LeftOutArtifact,
  Limits,
  Outcome,
  SeccompProfile,
  StepResult,
  WasiProgram,
} from '@sandlot/contract';

/** Bytes that travel with a record: base64 inside it while small, otherwise a blob of the job in the store. */
export type StoredBytes =
  | { readonly kind: 'inline'; readonly base64: string; readonly bytes: number }
  | { readonly kind: 'blob'; readonly name: string; readonly bytes: number };

/** A step of a job as it is kept: limits resolved, stdin as stored bytes. */
export interface StoredStep {
  readonly name: string;
  readonly argv: readonly string[];
  /** Laid over the `env` of the job. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: StoredBytes;
  readonly limits: Limits;
}

/** A job's spec as it is kept: limits resolved, contents as stored bytes. Plain JSON. */
export interface StoredSpec {
  /** How the client wrote it, and documents show it: a program, which is one step here, or steps. */
  readonly form: 'argv' | 'steps';
  /** At least one. */
  readonly steps: readonly StoredStep[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly {
    readonly path: InputFile['path'];
    readonly mode: string;
    readonly content: StoredBytes;
  }[];
  /** Of the cell, and of each step unless that has its own. */
  readonly limits: Limits;
  readonly labels: JobSpec['labels'];
  /** Absent: the worker's own choice. */
  readonly seccomp?: SeccompProfile;
  /** Absent: no. */
  readonly explain?: boolean;
  /** Absent: none. */
  readonly artifacts?: readonly ArtifactRequest[];
  /** Of a job that runs a WebAssembly module, whose name and arguments are `argv` of its one step. */
  readonly wasi?: StoredWasi;
}

export type StoredWasi = Omit<WasiProgram, 'module' | 'args'>;

/** A job about to enter the queue. `id` is ours (UUIDv7), never the client's. */
export interface NewJob {
  readonly id: string;
  readonly createdAt: string;
  /** Whose it is: the tenant of the API key it came with; absent if the service had no keys then. */
  readonly tenant?: string;
  readonly spec: StoredSpec;
}

/** What one stream carried, as it is kept. */
export interface StoredOutput {
  readonly content: StoredBytes;
  readonly truncated: boolean;
}

/** A file taken out of a job's cell, as it is kept. */
export interface StoredArtifact {
  readonly path: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly content: StoredBytes;
}

/** What was taken out of a job's cell, in the order of the paths, and what was not. */
export interface StoredArtifacts {
  readonly files: readonly StoredArtifact[];
  readonly leftOut: readonly LeftOutArtifact[];
}

/** How a job's payload ended, with all evidence. Plain JSON: it is the queue job's return value. */
export interface JobResult {
  readonly outcome: Outcome;
  readonly steps: readonly StepResult[];
  readonly output: { readonly stdout: StoredOutput; readonly stderr: StoredOutput };
  readonly usage: JobUsage;
  readonly enforcement: Enforcement;
  /** Of the worker that ran it. Absent: it was kept before results named it. */
  readonly tier?: Tier;
  /** Absent: the job asked for none. */
  readonly artifacts?: StoredArtifacts;
}

/** Everything the queue knows of a job. Times are RFC 3339 in UTC. */
export interface JobRecord extends NewJob {
  readonly state: JobState;
  readonly reason?: string;
  readonly queuedAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly cancelRequested: boolean;
  readonly attempts: readonly Attempt[];
  readonly result?: JobResult;
}
