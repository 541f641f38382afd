import { encodeFrame, FRAME_HEADER_BYTES } from '../journal/frame.js';
import type { StoredJob } from '../state/stored-job.js';
import { encodeEnd, type ArchiveRow } from './archive-row.js';

/**
 * A segment is a row of batches, each written and synced as a whole. A batch is a frame with its table (first line:
 * how many bytes of jobs follow; then a row per job, offsets from the end of the table), then a frame per job. So
 * tables are read without the jobs, and a job without its neighbours; checksums hold for both.
 */
export interface Batch {
  readonly bytes: Buffer;
  /** Offsets from the beginning of the segment. */
  readonly rows: readonly ArchiveRow[];
}

/** Puts finished jobs into a batch that begins at `offset` of its segment. */
export function encodeBatch(jobs: readonly StoredJob[], offset: number): Batch {
  const frames = jobs.map((job) => encodeFrame([JSON.stringify(job)]));
  let jobBytes = 0;
  const lines = jobs.map((job, index) => {
    const length = frames[index]?.length ?? 0;
    const row: ArchiveRow = [job.id, jobBytes, length, job.finishedOn ?? 0, encodeEnd(job)];
    jobBytes += length;
    return JSON.stringify(job.key === undefined ? row : [...row, job.key.name]);
  });
  const table = encodeFrame([JSON.stringify(jobBytes), ...lines]);
  return { bytes: Buffer.concat([table, ...frames]), rows: toRows(lines, offset + table.length) };
}

/** Reads a table's lines. Gives its rows and where the batch ends. */
export function decodeTable(
  [jobBytes = '0', ...lines]: readonly string[],
  { offset, bytes }: { readonly offset: number; readonly bytes: number },
): { readonly rows: readonly ArchiveRow[]; readonly end: number } {
  const start = offset + FRAME_HEADER_BYTES + bytes;
  return { rows: toRows(lines, start), end: start + Number(jobBytes) };
}

/** Rows are read back from their text even when new: ids that were put together by others cost more memory. */
function toRows(lines: readonly string[], start: number): readonly ArchiveRow[] {
  return lines.map((line) => {
    // Only `encodeBatch` writes these lines.
    const [id, offset, ...rest] = JSON.parse(line) as ArchiveRow;
    return [id, start + offset, ...rest];
  });
}
