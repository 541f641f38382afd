import { fieldName } from '@sandlot/contract';
import type { z } from 'zod';

/** More than a reader takes in. */
const MAX_SHOWN = 8;

/** Words what a schema found wrong, each with its place: `keys[2].scopes[0]: Expected one of …`. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  const shown = issues.slice(0, MAX_SHOWN).map(({ path, message }) => {
    return path.length === 0 ? message : `${fieldName(path)}: ${message}`;
  });
  const others = issues.length > MAX_SHOWN ? `; and ${issues.length - MAX_SHOWN} more` : '';
  return `${shown.join('; ')}${others}`;
}
