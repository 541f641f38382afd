import type { JobState } from '@sandlot/contract';
import type { StoredJob } from '../state/stored-job.js';

export const FINISHED_STATES = ['completed', 'failed'] as const;
export type FinishedState = (typeof FINISHED_STATES)[number];

/** Kept on disk by their place in this list, so it may only grow at its end. */
const END_STATES = ['succeeded', 'failed', 'cancelled', 'expired', 'dead'] as const satisfies JobState[];

/**
 * What the index needs of an archived job. `offset` and `length` (bytes) tell where its frame is in the segment;
 * `code` its state and end state, 0 if the frame stands for nothing; `key` its idempotency key, if it has one.
 */
export type ArchiveRow = readonly [
  id: string,
  offset: number,
  length: number,
  finishedOn: number,
  code: number,
  key?: string,
];

export function encodeEnd({ state, endState }: Pick<StoredJob, 'state' | 'endState'>): number {
  const end = END_STATES.findIndex((known) => known === endState);
  return 1 + FINISHED_STATES.findIndex((known) => known === state) + 2 * (end + 1);
}

export function decodeEnd(code: number): { readonly state: FinishedState; readonly endState?: JobState } {
  const endState = END_STATES[((code - 1) >> 1) - 1];
  const state = (code - 1) % 2 === 0 ? 'completed' : 'failed';
  return { state, ...(endState === undefined ? {} : { endState }) };
}

/** A row that stands for nothing, in the place of this one. */
export function voidRow([id, offset, length, finishedOn]: ArchiveRow): ArchiveRow {
  return [id, offset, length, finishedOn, 0];
}
