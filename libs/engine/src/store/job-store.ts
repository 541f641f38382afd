/**
 * Port: keeps the larger bytes of a job (inputs, output) beside the queue's records.
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
  /** Removes all bytes of the job; succeeds if there are none. */
  remove(jobId: string): Promise<void>;
  /** Ids of all jobs that have bytes here, for sweeping what no record names any more. */
  jobIds(): AsyncIterable<string>;
}
