import type { JobSpec, Limits } from '@sandlot/contract';
import type { PlannableJob } from '../plan/plan-job.js';
import type { JobStore } from '../store/job-store.js';
import type { StoredSpec } from './job-record.js';
import { loadBytes, storeBytes } from './store-bytes.js';

/** Puts a spec into the form the queue keeps, its larger contents into the store. */
export async function storeSpec(
  store: JobStore,
  jobId: string,
  spec: JobSpec,
  limits: Limits,
): Promise<StoredSpec> {
  const files = await Promise.all(
    spec.files.map(async ({ path, mode, content, encoding }, index) => ({
      path,
      mode,
      content: await storeBytes(store, jobId, `file-${index}`, Buffer.from(content, encoding)),
    })),
  );
  const stdin = await storeBytes(store, jobId, 'stdin', stdinBytes(spec.stdin));
  const { argv, env, labels } = spec;
  return { argv, env, files, stdin, limits, labels };
}

/** Brings a stored spec back with its contents at hand. */
export async function loadSpec(store: JobStore, jobId: string, spec: StoredSpec): Promise<PlannableJob> {
  const files = await Promise.all(
    spec.files.map(async ({ path, mode, content }) => ({
      path,
      mode,
      content: await loadBytes(store, jobId, content),
    })),
  );
  const { argv, env, limits } = spec;
  return { argv, env, limits, files, stdin: await loadBytes(store, jobId, spec.stdin) };
}

/** The bytes a job gives its payload on stdin. */
export function stdinBytes(stdin: JobSpec['stdin']): Uint8Array {
  return typeof stdin === 'string' ? Buffer.from(stdin, 'utf8') : Buffer.from(stdin.content, stdin.encoding);
}
