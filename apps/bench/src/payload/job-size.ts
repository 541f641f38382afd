import { INLINE_BYTES, INLINE_TOTAL_BYTES } from '@sandlot/engine';

/** What a job's record carries, bytes. */
export interface JobSize {
  readonly name: string;
  readonly inputs: number;
  readonly stdout: number;
  readonly stderr: number;
  readonly artifacts: number;
}

/** As it comes in most: a program and an output of a screen each. */
export const SMALL: JobSize = { name: 'small', inputs: 300, stdout: 1_024, stderr: 0, artifacts: 0 };

/** One file and one output as large as a record takes them. */
const MEDIUM: JobSize = { ...SMALL, name: '16 KiB + 16 KiB', inputs: INLINE_BYTES, stdout: INLINE_BYTES };

/** All contents as large as a record takes them. */
const LARGEST: JobSize = {
  name: 'largest',
  inputs: INLINE_TOTAL_BYTES,
  stdout: INLINE_BYTES,
  stderr: INLINE_BYTES,
  artifacts: INLINE_TOTAL_BYTES,
};

export const JOB_SIZES: readonly JobSize[] = [SMALL, MEDIUM, LARGEST];
