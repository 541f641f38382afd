import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Manifest } from '../manifest.js';
import { parseManifests } from '../read-manifests.mjs';
import { helmArguments } from '../renderings.mjs';

const execute = promisify(execFile);

/** Somebody's own Redis, as in most of the checked-in renderings. */
export const QUEUE = { 'queue.existingSecret': 'sandlot-queue' };

/** Values by path; `--set` makes numbers and booleans of those that look like it. */
export type Settings = Readonly<Record<string, string>>;

export interface Further {
  /** @default 'sandlot' */
  readonly release?: string;
  /** Values that stay text: `--set-string`. */
  readonly texts?: Settings;
}

/** @throws {Error} if helm refuses the values */
export async function render(values: Settings, further: Further = {}): Promise<readonly Manifest[]> {
  const { stdout } = await execute('helm', argumentsOf(values, further), { maxBuffer: 2 ** 24 });
  return parseManifests(stdout);
}

/** What helm says; `accepted` if it renders. Values in it are `worker.preset`, however this helm writes them. */
export async function refusal(values: Settings, further: Further = {}): Promise<string> {
  return await execute('helm', argumentsOf({ ...QUEUE, ...values }, further), { maxBuffer: 2 ** 24 }).then(
    () => 'accepted',
    (error: unknown) => withDots((error as { readonly stderr: string }).stderr), // of execFile
  );
}

function argumentsOf(values: Settings, { release, texts = {} }: Further): readonly string[] {
  const settings = Object.entries(texts).flatMap(([name, value]) => ['--set-string', `${name}=${value}`]);
  return [...helmArguments(values, release), ...settings];
}

/** Helm 3.18.5 writes `at '/worker/preset'` where others write `worker.preset`. */
function withDots(text: string): string {
  return text.replaceAll(/at '\/([^']*)'/g, (_, path: string) => path.replaceAll('/', '.'));
}
