import { wasiProgramOf, type JobSpec, type Stdin } from '@sandlot/contract';
import { mapConcurrently } from '../async/map-concurrently.js';
import type { JobLimits } from '../limits/resolve-job-limits.js';
import type { PlannableJob } from '../plan/plan-job.js';
import type { JobStore } from '../store/job-store.js';
import type { StoredBytes, StoredSpec, StoredWasi } from './job-record.js';
import { stepsOf } from './steps-of.js';
import { loadBytes } from './store-bytes.js';
import { CONCURRENT_TRANSFERS, storeContents } from './store-contents.js';

/**
 * Puts a spec into the form the queue keeps, its larger contents into the store. If it fails, what was already
 * stored stays behind without a record; sweeping removes it.
 */
export async function storeSpec(
  store: JobStore,
  jobId: string,
  spec: JobSpec,
  limits: JobLimits,
): Promise<StoredSpec> {
  const steps = stepsOf(spec);
  const places = await storeContents(store, jobId, [
    ...steps.map(({ stdin }, index) => ({ name: `stdin-${index}`, bytes: stdinBytes(stdin) })),
    ...spec.files.map(({ content, encoding }, index) => ({
      name: `file-${index}`,
      bytes: Buffer.from(content, encoding),
    })),
  ]);
  const { env, labels, seccomp, explain, artifacts } = spec;
  return {
    form: spec.steps === undefined ? 'argv' : 'steps',
    steps: steps.map((step, index) => ({
      name: step.name,
      argv: step.argv,
      env: step.env,
      stdin: present(places[index]),
      limits: present(limits.steps[index]),
    })),
    env,
    files: spec.files.map(({ path, mode }, index) => {
      return { path, mode, content: present(places[steps.length + index]) };
    }),
    limits: limits.limits,
    labels,
    ...(seccomp === undefined ? {} : { seccomp }),
    ...(explain ? { explain } : {}),
    ...(artifacts.length === 0 ? {} : { artifacts }),
    ...storeWasi(spec),
  };
}

function storeWasi(spec: JobSpec): { readonly wasi?: StoredWasi } {
  const program = wasiProgramOf(spec);
  if (program === undefined) return {};
  const { engine, optimize, preopens } = program;
  return { wasi: { engine, optimize, preopens } };
}

/** Brings a stored spec back with its contents at hand. */
export async function loadSpec(store: JobStore, jobId: string, spec: StoredSpec): Promise<PlannableJob> {
  const load = async (stored: StoredBytes) => await loadBytes(store, jobId, stored);
  const files = await mapConcurrently(spec.files, CONCURRENT_TRANSFERS, async ({ path, mode, content }) => ({
    path,
    mode,
    content: await load(content),
  }));
  const steps = await mapConcurrently(spec.steps, CONCURRENT_TRANSFERS, async (step) => ({
    ...step,
    stdin: await load(step.stdin),
  }));
  const { env, limits, seccomp, explain, wasi, artifacts = [] } = spec;
  return {
    env,
    limits,
    files,
    steps,
    artifacts,
    ...(seccomp === undefined ? {} : { seccomp }),
    ...(explain === undefined ? {} : { explain }),
    ...(wasi === undefined ? {} : { wasi }),
  };
}

/** The bytes a payload gets on stdin. */
export function stdinBytes(stdin: Stdin): Uint8Array {
  return typeof stdin === 'string' ? Buffer.from(stdin, 'utf8') : Buffer.from(stdin.content, stdin.encoding);
}

function present<T>(found: T | undefined): T {
  if (found === undefined)
    throw new RangeError('Expected a place for each content, and limits for each step');
  return found;
}
