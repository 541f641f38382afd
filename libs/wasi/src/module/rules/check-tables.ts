import type { Limits } from '../binary/limits.js';
import { refused, type Refused } from '../refusal.js';
import { refuse64Bit } from './check-memory.js';

/** Tables live outside of the memory of the module, so its limit does not hold them. */
export function checkTables(tables: readonly Limits[], maxTableElements: number): Refused | undefined {
  if (tables.some(({ is64Bit }) => is64Bit)) return refuse64Bit('table');
  const elements = initialElements(tables);
  if (elements <= maxTableElements) return undefined;
  const why = `its tables have ${elements} elements at first and may have ${maxTableElements} together`;
  return refused('tables-above-limit', why, 'Build it with smaller tables');
}

/** Of all tables together. */
export function initialElements(tables: readonly Limits[]): number {
  return tables.reduce((sum, { minimum }) => sum + minimum, 0);
}
