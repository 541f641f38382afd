import type { Limits } from './binary/limits.js';
import type { SectionName } from './binary/sections.js';
import { pagesIn, type ModuleBounds } from './bounds.js';
import type { ModuleShape } from './decode-module.js';
import type { LimitChange, SectionChange } from './rewrite-limits.js';
import { initialElements } from './rules/check-tables.js';

/**
 * Which maxima are lowered, or given where there are none, so that the module cannot grow beyond its bounds. Growing
 * then fails as WebAssembly has it: `memory.grow` answers -1, and malloc of the guest NULL.
 *
 * @param shape of a module whose memory and tables have been checked.
 */
export function capGrowth(shape: ModuleShape, bounds: Required<ModuleBounds>): readonly SectionChange[] {
  const pages = pagesIn(bounds.memoryBytes);
  return [
    ...changesIn(shape, 'table', capTables(shape.tables, bounds.maxTableElements)),
    ...changesIn(
      shape,
      'memory',
      shape.memories.flatMap((memory) => cap(memory, pages)),
    ),
  ];
}

/** Each table may grow by an equal share of what all of them leave. */
function capTables(tables: readonly Limits[], most: number): readonly LimitChange[] {
  const growth = Math.floor((most - initialElements(tables)) / tables.length);
  return tables.flatMap((table) => cap(table, table.minimum + growth));
}

function cap(limits: Limits, maximum: number): readonly LimitChange[] {
  return limits.maximum !== undefined && limits.maximum <= maximum ? [] : [{ limits, maximum }];
}

function changesIn(
  { sections }: ModuleShape,
  name: SectionName,
  changes: readonly LimitChange[],
): readonly SectionChange[] {
  const section = sections.get(name);
  return section === undefined ? [] : [{ section, changes }];
}
