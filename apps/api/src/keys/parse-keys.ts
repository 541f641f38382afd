import { describeIssues } from './describe-issues.js';
import { keysFileSchema, type KeyEntry } from './key-entry.js';

/**
 * Reads the text of a file of keys.
 *
 * @throws {SyntaxError} with every defect and its place, such as `keys[2].scopes[0]: Expected one of …`. It repeats
 * nothing of the file but names of fields: somebody may have put a key into it.
 */
export function parseKeys(text: string): readonly KeyEntry[] {
  const parsed = keysFileSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.keys;
  throw new SyntaxError(describeIssues(parsed.error.issues));
}

/** The engine's own message would show a piece of the text, so only the place is told. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const place = position === undefined ? '' : ` (line ${lineOf(text, Number(position))})`;
    throw new SyntaxError(`It is not JSON${place}`); // without the cause, which shows the text
  }
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
