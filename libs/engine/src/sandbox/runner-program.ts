/**
 * A program of ours that is started in a cell before there is a job for it. It says when it is ready and then waits for its
 * message; what it runs is whatever the message says, so from then on it counts as hostile.
 *
 * It is started with an empty environment and five descriptors: stdin, stdout and stderr of the job, 3 to read its message
 * from until end of file, 4 to write to: first one line when it is ready, later its record.
 */
export interface RunnerProgram {
  /** Everything that its cell's root shows beside the work directory, read-only; absolute paths. */
  readonly files: readonly RunnerFile[];
  /** The first is its path in the cell. */
  readonly argv: readonly string[];
  /** Memory that it takes for itself, beside what it runs. Unit: bytes */
  readonly ownMemoryBytes: number;
  /** The same of private memory that can be written to (RLIMIT_DATA), where no cgroup holds memory. */
  readonly ownDataBytes: number;
  /** Its own threads. */
  readonly ownPids: number;
  /** Its own descriptors. */
  readonly ownOpenFiles: number;
}

/** A file of the host, shown where it is to be found in the cell; or a copy, where slots may not be able to reach ours. */
export type RunnerFile =
  | { readonly path: string; readonly source: string }
  | { readonly path: string; readonly content: Uint8Array };
