import { CommandError } from './command-error.js';

/**
 * Words an error for a person. What Sandlot words itself says what failed, why and what to do; anything else is
 * a mistake in Sandlot and shows its stack.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `sandlot: ${String(error)}`;
  const mistake = mistakeIn(error);
  if (mistake === undefined) return `sandlot: ${error.message}`;
  return `sandlot: a mistake in Sandlot itself, please report it\n${mistake.stack ?? mistake.message}`;
}

/** The error that only a mistake in the program can throw, itself or as the cause of an `internal-error`. */
function mistakeIn(error: Error): Error | undefined {
  if (error instanceof CommandError) return undefined;
  if (/^(?:Type|Reference|Range|Syntax|Assertion)Error$/.test(error.name)) return error;
  if (!('code' in error) || error.code !== 'internal-error') return undefined;
  return error.cause instanceof Error ? error.cause : error;
}
