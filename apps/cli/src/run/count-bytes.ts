import type { StepInput } from '@sandlot/engine';

/** Passes a payload's input on and counts what was taken of it. */
export function countBytes(input: StepInput): { readonly input: StepInput; readonly bytes: () => number } {
  if (input instanceof Uint8Array) return { input, bytes: () => input.length };
  let bytes = 0;
  async function* counted(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  return { input: counted(input), bytes: () => bytes };
}
