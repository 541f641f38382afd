import type { JobSpec, Limits } from '@sandlot/contract';
import { mapConcurrently } from '../async/map-concurrently.js';
import type { PlannableJob } from '../plan/plan-job.js';
import type { JobStore } from '../store/job-store.js';
import type { StoredBytes, StoredSpec } from './job-record.js';
import { INLINE_BYTES, inlineBytes, loadBytes } from './store-bytes.js';

/** All contents of a spec that travel inside the queue's record, together: a queue is no place for many files. */
const INLINE_SPEC_BYTES = 4 * INLINE_BYTES;
/** Each takes a descriptor, of which the process may have 1,024 for everything. */
const CONCURRENT_TRANSFERS = 8;

/**
 * Puts a spec into the form the queue keeps, its larger contents into the store. If it fails, what was already
 * stored stays behind without a record; sweeping removes it.
 */
export async function storeSpec(
  store: JobStore,
  jobId: string,
  spec: JobSpec,
  limits: Limits,
): Promise<StoredSpec> {
  const contents = spec.files.map(({ content, encoding }) => Buffer.from(content, encoding));
  const [stdin, ...stored] = await storeContents(store, jobId, [
    { name: 'stdin', bytes: stdinBytes(spec.stdin) },
    ...contents.map((bytes, index) => ({ name: `file-${index}`, bytes })),
  ]);
  const files = spec.files.map(({ path, mode }, index) => ({ path, mode, content: present(stored[index]) }));
  const { argv, env, labels } = spec;
  return { argv, env, files, stdin: present(stdin), limits, labels };
}

/** Brings a stored spec back with its contents at hand. */
export async function loadSpec(store: JobStore, jobId: string, spec: StoredSpec): Promise<PlannableJob> {
  const files = await mapConcurrently(spec.files, CONCURRENT_TRANSFERS, async ({ path, mode, content }) => ({
    path,
    mode,
    content: await loadBytes(store, jobId, content),
  }));
  const { argv, env, limits } = spec;
  return { argv, env, limits, files, stdin: await loadBytes(store, jobId, spec.stdin) };
}

/** The bytes a job gives its payload on stdin. */
export function stdinBytes(stdin: JobSpec['stdin']): Uint8Array {
  return typeof stdin === 'string' ? Buffer.from(stdin, 'utf8') : Buffer.from(stdin.content, stdin.encoding);
}

interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** First come, first inlined, as long as there is room in the record; the rest goes to the store. */
async function storeContents(
  store: JobStore,
  jobId: string,
  contents: readonly NamedBytes[],
): Promise<readonly StoredBytes[]> {
  let room = INLINE_SPEC_BYTES;
  const places = contents.map(({ name, bytes }): StoredBytes => {
    if (bytes.length > Math.min(INLINE_BYTES, room)) return { kind: 'blob', name, bytes: bytes.length };
    room -= bytes.length;
    return inlineBytes(bytes);
  });
  const blobs = contents.filter((_, index) => places[index]?.kind === 'blob');
  await mapConcurrently(blobs, CONCURRENT_TRANSFERS, ({ name, bytes }) => store.put(jobId, name, bytes));
  return places;
}

function present(stored: StoredBytes | undefined): StoredBytes {
  if (stored === undefined) throw new RangeError('Expected a place for each content');
  return stored;
}
