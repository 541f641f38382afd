import { z } from 'zod';
import { quote } from '../text/quote.js';
import { expected, expectedObject } from '../text/wording.js';
import { findClashes } from './find-clashes.js';
import { relativePathSchema } from './relative-path.js';

const MiB = 1024 * 1024;

/** What the artifacts of one job may be, together and each. Sizes are bytes. Beyond it: left out, with the reason. */
export const ARTIFACT_BOUNDS = {
  /** Requested paths. */
  requests: 64,
  /** Files, directories and others below requested directories that are looked at, in all. */
  entries: 512,
  /** Bytes of their paths, in all. */
  pathBytes: 64 * 1024,
  /** Directories inside each other, the requested one included. */
  levels: 16,
  /** One file, by its length: holes count. */
  fileBytes: 32 * MiB,
  /** All files. */
  totalBytes: 64 * MiB,
} as const;

/** Why something that was asked for, or was found below it, is no artifact. */
export const LEFT_OUT_REASONS = {
  missing: 'nothing has this path',
  'symbolic-link': 'it is a symbolic link, or the path leads through one; links are never followed',
  'special-file': 'it is a FIFO, socket or device; only regular files are taken',
  'too-large': `it is longer than ${ARTIFACT_BOUNDS.fileBytes} bytes; holes count`,
  'total-exceeded': `all artifacts together would be more than ${ARTIFACT_BOUNDS.totalBytes} bytes`,
  'too-many': `below the requested directories are more than ${ARTIFACT_BOUNDS.entries} entries, or their paths are longer than ${ARTIFACT_BOUNDS.pathBytes} bytes together; the rest was not looked at`,
  'too-deep': `it lies below more than ${ARTIFACT_BOUNDS.levels} directories, or its path is longer than 4095 bytes`,
  'name-not-utf8': 'its name is not UTF-8; in the path shown, U+FFFD stands for what is not',
  unreadable: 'it cannot be read',
  'not-collected':
    'nobody could collect it: the job was cancelled, or had ended its whole cell: by its memory limit, or with processes that would not die',
} as const satisfies Record<string, string>;

export type LeftOutReason = keyof typeof LEFT_OUT_REASONS;

const shape = {
  path: relativePathSchema,
  optional: z
    .boolean({ error: expected('true or false') })
    .default(false)
    .meta({ description: 'The job does not fail if it cannot be taken.' }),
};

const requestSchema = z
  .strictObject(shape, { error: expectedObject('an artifact: {"path"}', Object.keys(shape)) })
  .meta({ id: 'ArtifactRequest' });

/** Paths that a job wants kept: a file, or a directory for every regular file below it. */
export const artifactRequestsSchema = z
  .array(requestSchema, { error: expected('a list of artifacts, such as [{"path": "out.txt"}]') })
  .max(ARTIFACT_BOUNDS.requests, `At most ${ARTIFACT_BOUNDS.requests} artifacts`)
  .superRefine(checkPaths)
  .meta({
    description:
      'Files of the work directory that are kept when the job has ended, however it ended. A directory stands for every regular file below it. One that is not there, or cannot be taken, makes a job that succeeded end with `artifact-missing`, unless it is optional.',
  });

/** A kept file of an ended job. */
export const artifactSchema = z
  .object({
    path: z.string().meta({ description: 'Relative to the work directory.' }),
    bytes: z.int().min(0),
    sha256: z.string().meta({ description: 'Of its bytes, hexadecimal.' }),
  })
  .meta({ id: 'Artifact' });

const reasons = Object.entries(LEFT_OUT_REASONS).map(([reason, meaning]) => `\`${reason}\`: ${meaning}.`);

/** Something that was asked for, or found below it, and is not kept. */
export const leftOutArtifactSchema = z
  .object({
    path: z.string().meta({ description: 'Relative to the work directory.' }),
    reason: z
      // the keys of the closed list
      .enum(Object.keys(LEFT_OUT_REASONS) as [LeftOutReason, ...LeftOutReason[]])
      .meta({ description: reasons.join('\n\n') }),
    bytes: z.int().min(0).optional().meta({ description: 'Its length, where that is the reason.' }),
  })
  .meta({ id: 'LeftOutArtifact' });

export type ArtifactRequest = z.output<typeof requestSchema>;
export type Artifact = z.infer<typeof artifactSchema>;
export type LeftOutArtifact = z.infer<typeof leftOutArtifactSchema>;

function checkPaths(requests: readonly { readonly path: string }[], context: z.RefinementCtx): void {
  for (const { index, path, above } of findClashes(requests)) {
    const message =
      path === above
        ? `Path ${quote(path)} is given twice`
        : `Path ${quote(path)} lies below ${quote(above)}, which stands for everything below it`;
    context.addIssue({ code: 'custom', path: [index, 'path'], message });
  }
}
