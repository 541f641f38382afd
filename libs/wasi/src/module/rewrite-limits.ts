import { encodeUnsigned } from './binary/leb128.js';
import { encodeLimits, type Limits } from './binary/limits.js';
import type { Section } from './binary/sections.js';

/** Limits that stand in a section, and the maximum that they get instead of their own or of none. */
export interface LimitChange {
  readonly limits: Limits;
  readonly maximum: number;
}

/** Changes to one section, in the order in which they stand in it. */
export interface SectionChange {
  readonly section: Section;
  readonly changes: readonly LimitChange[];
}

/**
 * The module with other maxima, and byte for byte the same elsewhere. Names of functions stay: traps tell them.
 *
 * @param sections in the order in which they stand in the module.
 */
export function rewriteLimits(bytes: Uint8Array, sections: readonly SectionChange[]): Uint8Array {
  const changed = sections.filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) return bytes;
  const parts: Uint8Array[] = [];
  let copied = 0;
  for (const { section, changes } of changed) {
    const contents = rewriteContents(bytes, section, changes);
    // The id is one byte; the length behind it is written anew, as short as can be.
    parts.push(bytes.subarray(copied, section.start + 1));
    parts.push(Uint8Array.from(encodeUnsigned(contents.length)), contents);
    copied = section.end;
  }
  return joinBytes([...parts, bytes.subarray(copied)]);
}

function rewriteContents(bytes: Uint8Array, section: Section, changes: readonly LimitChange[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let copied = section.contents;
  for (const { limits, maximum } of changes) {
    parts.push(bytes.subarray(copied, limits.start));
    parts.push(Uint8Array.from(encodeLimits(limits.minimum, maximum)));
    copied = limits.end;
  }
  return joinBytes([...parts, bytes.subarray(copied, section.end)]);
}

/** With a buffer of its own, which small ones of Buffer.concat have not: `.buffer` of the result is the module. */
function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
