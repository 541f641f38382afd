import type { JobDocument } from '@sandlot/contract';
import { toDocument, type JobRecord } from '@sandlot/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from '../api-context.js';

/** Output that is not worth counting: even with all connections at once it is little. */
const SMALL_BYTES = 64 * 1024;

/**
 * The document of a job for one answer, when there is memory for its output.
 *
 * @throws {Refusal} `overloaded` if there is none for too long.
 */
export async function describeJob(
  { store, answers }: ApiContext,
  { caller }: FastifyRequest,
  { raw }: FastifyReply,
  record: JobRecord,
): Promise<JobDocument> {
  const bytes = outputBytes(record);
  if (bytes > SMALL_BYTES) await answers.take(raw, { bytes, tenant: caller.tenant });
  return await toDocument(record, store);
}

function outputBytes({ result }: JobRecord): number {
  if (result === undefined) return 0;
  const { stdout, stderr } = result.output;
  return stdout.content.bytes + stderr.content.bytes;
}
