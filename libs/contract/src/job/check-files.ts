import type { z } from 'zod';
import { LIMITS, type RequestedLimits } from '../limits/limits.js';
import { quote } from '../text/quote.js';
import { contentBytes } from './content.js';
import { findClashes, sortedByPath } from './find-clashes.js';
import type { InputFile } from './input-file.js';

/** tmpfs gives whole pages; 4 KiB on every machine we run on (tmpfs(5)). */
const PAGE_BYTES = 4096;

interface FilesOfSpec {
  readonly files: readonly InputFile[];
  readonly limits: RequestedLimits;
}

/** What files take of a work directory. */
export interface FilesSize {
  readonly diskBytes: number;
  /** One for each file, each directory above it and the work directory itself. */
  readonly inodes: number;
}

/** Reports files that cannot stand beside each other, or do not fit into the work directory. */
export function checkFiles({ files, limits }: FilesOfSpec, context: z.RefinementCtx): void {
  for (const { index, path, above } of findClashes(files)) {
    const message =
      path === above
        ? `Path ${quote(path)} is given twice`
        : `Path ${quote(path)} lies below ${quote(above)}, which is a file`;
    context.addIssue({ code: 'custom', path: ['files', index, 'path'], message });
  }
  const { diskBytes = LIMITS.diskBytes.default, inodes = LIMITS.inodes.default } = limits;
  for (const message of misfitsOf(files, { diskBytes, inodes })) {
    context.addIssue({ code: 'custom', path: ['files'], message });
  }
}

/** Why files do not fit into a work directory of these limits; empty if they do. */
export function misfitsOf(files: readonly InputFile[], limits: FilesSize): readonly string[] {
  const size = measureFiles(files.map((file) => ({ path: file.path, bytes: contentBytes(file) })));
  return (['diskBytes', 'inodes'] as const).flatMap((name) =>
    size[name] <= limits[name]
      ? []
      : `The files take ${size[name]} ${name} of the work directory, which has ${limits[name]}; raise limits.${name} or send less`,
  );
}

/** What files take of a tmpfs: whole pages, and an inode for each file and directory. */
export function measureFiles(files: readonly { readonly path: string; readonly bytes: number }[]): FilesSize {
  const diskBytes = files.reduce((sum, { bytes }) => sum + Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES, 0);
  let inodes = 1;
  let previous: readonly string[] = [];
  // In order, paths of one directory are neighbours: only what differs from the previous path is new.
  for (const { path } of sortedByPath(files)) {
    const segments = path.split('/');
    const fork = segments.findIndex((segment, depth) => segment !== previous[depth]);
    if (fork !== -1) inodes += segments.length - fork;
    previous = segments;
  }
  return { diskBytes, inodes };
}
