/** A UUID in lower case, as Sandlot makes them (RFC 9562). */
const JOB_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Whether text has the form of a job's id. What has not is no job, and is never made part of a path, of a key of
 * Redis or of a name in the journal.
 */
export function isJobId(text: string): boolean {
  return JOB_ID.test(text);
}
