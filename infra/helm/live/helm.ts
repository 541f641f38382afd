import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Manifest } from '../manifest.js';
import { findManifest, parseManifests } from '../read-manifests.mjs';
import { CHART, helmArguments } from '../renderings.mjs';

const execute = promisify(execFile);

const NOTES = `apiVersion: v1
kind: ConfigMap
metadata: {name: notes}
data: {text: {{ include "notes" . | toJson }}}
`;

/** Somebody's own Redis, as in most of the checked-in renderings. */
export const QUEUE = { 'queue.existingSecret': 'sandlot-queue' };

/** Values by path; `--set` makes numbers and booleans of those that look like it. */
export type Settings = Readonly<Record<string, string>>;

export interface Further {
  /** @default 'sandlot' */
  readonly release?: string;
  /** Values that stay text: `--set-string`. */
  readonly texts?: Settings;
  /** Files of values, in which numbers are floating-point ones to helm. */
  readonly files?: readonly string[];
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

/** What is said at the end of an installation. Helm prints that to clusters only, so a copy of the chart has it in a ConfigMap. */
export async function notes(values: Settings): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'sandlot-notes-'));
  try {
    await cp(CHART, copy, { recursive: true });
    const text = await readFile(join(CHART, 'templates/NOTES.txt'), 'utf8');
    await writeFile(join(copy, 'templates/_notes.tpl'), `{{ define "notes" }}${text}{{ end }}`);
    await writeFile(join(copy, 'templates/notes.yaml'), NOTES);
    const args = argumentsOf(values, {}).map((argument) => (argument === CHART ? copy : argument));
    const { stdout } = await execute('helm', [...args, '--show-only=templates/notes.yaml']);
    return findManifest(parseManifests(stdout), 'ConfigMap', 'notes').data?.['text'] ?? '';
  } finally {
    await rm(copy, { recursive: true });
  }
}

function argumentsOf(values: Settings, { release, texts = {}, files = [] }: Further): readonly string[] {
  const settings = Object.entries(texts).flatMap(([name, value]) => ['--set-string', `${name}=${value}`]);
  return [...helmArguments(values, release), ...settings, ...files.map((file) => `--values=${file}`)];
}

/** Helm 3.18.5 writes `at '/worker/preset'` where others write `worker.preset`. */
function withDots(text: string): string {
  return text.replaceAll(/at '\/([^']*)'/g, (_, path: string) => path.replaceAll('/', '.'));
}
