import { FUNCTION_MAX_LENGTH, MESSAGE_MAX_LENGTH } from '../../decode-run-record.js';
import type { RunRecord, TrapKind } from '../../runner-protocol.js';
import { cutText } from './cut-text.js';

/** What ended a guest, as JavaScript shows it. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** V8's words for each kind, at the beginning of a message. The first that fits decides. */
const WORDS: readonly (readonly [TrapKind, RegExp])[] = [
  ['unreachable', /^unreachable/],
  ['out-of-bounds', /out of bounds|segment out of range/],
  ['divide-by-zero', /^(divide|remainder) by zero/],
  ['integer-overflow', /^divide result unrepresentable/],
  ['indirect-call-mismatch', /function signature mismatch/],
  ['null-reference', /null pointer|null reference/],
  ['stack-overflow', /^Maximum call stack size exceeded/],
  ['invalid-conversion', /^float unrepresentable in integer range/],
];

/** A frame of WebAssembly, with the function's name if the module has one. */
const FRAME = /^ +at (?:(.+) \()?wasm:\/\//;

/** The record of a guest that did not end by itself. */
export function describeTrap({ message, stack }: Thrown): RunRecord {
  const trap = WORDS.find(([, words]) => words.test(message))?.[0] ?? 'other';
  const record = { kind: 'trapped', trap, message: cutText(message, MESSAGE_MAX_LENGTH) } as const;
  const name = innermostFunction(stack);
  return name === undefined ? record : { ...record, function: cutText(name, FUNCTION_MAX_LENGTH) };
}

function innermostFunction(stack: string): string | undefined {
  for (const line of stack.split('\n')) {
    const frame = FRAME.exec(line);
    if (frame !== null) return frame[1];
  }
  return undefined;
}

/** What was thrown, whatever it is. */
export function toThrown(error: unknown): Thrown {
  if (!(error instanceof Error)) return { name: 'Error', message: 'uncaught exception', stack: '' };
  return { name: error.name, message: error.message, stack: error.stack ?? '' };
}
