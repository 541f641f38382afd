/**
 * Port: keeps the larger bytes of a job (inputs, output, artifacts) beside the queue's records.
 *
 * Belongs here: durable bytes by job id and name. Stays out: what a job is, its state, any lifetime policy
 * beyond `remove`. The caller owns the names; ids and names are Sandlot's own, never a client's text.
 *
 * @throws {InfrastructureError} `store-unavailable` from every method.
 */
export interface JobStore {
  /** Keeps `bytes`; durable (fdatasync) once resolved. Putting a name again replaces it whole. */
  put(jobId: string, name: string, bytes: Uint8Array): Promise<void>;
  /** The bytes kept under the name. Fails if there are none. */
  get(jobId: string, name: string): Promise<Uint8Array>;
  /**
   * The same bytes, piece by piece, so that they need not be in memory at once. Fails at once if there are none; once
   * begun it goes on though the job is removed. Whoever opens it reads it, or returns early (`return`).
   */
  open(jobId: string, name: string): Promise<AsyncIterable<Uint8Array>>;
  /** Removes all bytes of the job; succeeds if there are none. */
  remove(jobId: string): Promise<void>;
  /** Ids of all jobs that have bytes here, for sweeping what no record names any more. */
  jobIds(): AsyncIterable<string>;
}
