import { basename, dirname } from 'node:path';
import type { JobDocument } from '@sandlot/contract';
import type { ArtifactPath } from '../option/artifact-path.js';
import type { PayloadOptions } from '../option/payload-options.js';
import { writeArtifact, type Pieces } from './write-artifact.js';

/**
 * Writes the artifacts of an ended job to where the command line wants them, and names on stderr what was left out.
 *
 * @param open gives the bytes of one of them.
 * @throws {CommandError} if one cannot be written.
 */
export async function bringBack(
  job: Pick<JobDocument, 'artifacts' | 'artifactsLeftOut'>,
  { artifact = [], optionalArtifact = [] }: PayloadOptions,
  open: (path: string) => Promise<Pieces>,
): Promise<void> {
  const requests = [...artifact, ...optionalArtifact];
  for (const kept of job.artifacts ?? []) {
    const place = placeOf(kept.path, requests);
    if (place !== undefined) await writeArtifact({ ...place, kept, open });
  }
  tellLeftOut(job);
}

/** One line on stderr for each that was asked for or found, and is not there. Names are the payload's: quoted. */
export function tellLeftOut({ artifactsLeftOut = [] }: Pick<JobDocument, 'artifactsLeftOut'>): void {
  for (const { path, reason } of artifactsLeftOut) {
    process.stderr.write(`sandlot: artifact ${JSON.stringify(path)} was left out: ${reason}\n`);
  }
}

/** Where an artifact goes: below a target that the user chose, by the names that the payload chose. */
function placeOf(
  path: string,
  requests: readonly ArtifactPath[],
): { readonly root: string; readonly path: string } | undefined {
  for (const { path: requested, target } of requests) {
    if (path === requested) return { root: dirname(target), path: basename(target) };
    if (path.startsWith(`${requested}/`)) return { root: target, path: path.slice(requested.length + 1) };
  }
  return undefined;
}
