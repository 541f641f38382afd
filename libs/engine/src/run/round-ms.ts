/** Rounds a time to whole microseconds: below that a measurement means nothing. Unit: ms. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
