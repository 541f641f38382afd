import { GUEST_STACK_MAX_BYTES } from '../runner-protocol.js';

/** V8 takes no more than 65,534 arguments (Code::kMaxArguments), each of which is a word on its stack. */
const MOST_ARGUMENTS = 65_000;
const WORD_BYTES = 8;

/**
 * Calls a function when so much is left of the stack, beside the runner's own share. V8's limit was fixed when it started, so
 * what is above the wanted one is taken up first, by arguments that nobody reads.
 */
export function withStack<Result>(
  bytes: number | undefined = GUEST_STACK_MAX_BYTES,
  call: () => Result,
): Result {
  return further(GUEST_STACK_MAX_BYTES - bytes, call);
}

function further<Result>(bytes: number, call: () => Result): Result {
  if (bytes <= 0) return call();
  const count = Math.min(MOST_ARGUMENTS, Math.ceil(bytes / WORD_BYTES));
  const words = Array.from({ length: count }, () => undefined);
  const deeper: (...words: readonly undefined[]) => Result = () => further(bytes - count * WORD_BYTES, call);
  return deeper(...words);
}
