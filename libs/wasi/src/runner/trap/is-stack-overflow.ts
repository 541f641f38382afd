/** V8 has no class for it: a RangeError like any other, but for its words. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.startsWith('Maximum call stack size exceeded');
}
