import type { Artifact } from '@sandlot/contract';
import { tellLeftOut } from '../artifact/bring-back.js';
import { writeArtifact } from '../artifact/write-artifact.js';
import { CommandError } from '../error/command-error.js';
import type { ClientOptions } from '../option/client-options.js';
import { writeOut } from '../terminal/write-out.js';
import { connect } from './connect.js';

export interface ArtifactsOptions extends ClientOptions {
  /** A directory; without it they are listed. */
  readonly to?: string;
}

/**
 * What `sandlot artifacts` does.
 *
 * @throws {ProblemError} if there is no such job; {@link CommandError} if it has no such artifact, or one cannot be
 * written; {@link ConnectionError}
 */
export async function artifactsCommand(
  id: string,
  paths: readonly string[],
  { to, ...options }: ArtifactsOptions,
): Promise<number> {
  const client = connect(options);
  const job = await client.get(id);
  const chosen = choose(job.artifacts ?? [], paths);
  if (to === undefined) await list(chosen);
  for (const kept of to === undefined ? [] : chosen) {
    const open = async (path: string) => await client.artifact(job.id, path);
    await writeArtifact({ root: to ?? '', path: kept.path, kept, open });
  }
  tellLeftOut(job);
  return 0;
}

function choose(artifacts: readonly Artifact[], paths: readonly string[]): readonly Artifact[] {
  if (paths.length === 0) return artifacts;
  const isAt = (wanted: string) => (kept: Artifact) =>
    kept.path === wanted || kept.path.startsWith(`${wanted}/`);
  const missing = paths.find((wanted) => !artifacts.some(isAt(wanted)));
  if (missing !== undefined)
    throw new CommandError(
      `The job has no artifact ${JSON.stringify(missing)}; sandlot artifacts ID lists those it has`,
    );
  return artifacts.filter((kept) => paths.some((wanted) => isAt(wanted)(kept)));
}

async function list(artifacts: readonly Artifact[]): Promise<void> {
  for (const { path, bytes } of artifacts)
    await writeOut(process.stdout, `${bytes} ${JSON.stringify(path)}\n`);
}
