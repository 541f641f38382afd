import { constants } from 'node:os';
import { CODE, OFFSET, statement, type Instruction } from './bpf.js';
import type { Libseccomp } from './libseccomp.js';

/** More numbers than any architecture has. */
const NUMBERS = 1024;

const FAIL_ENOSYS = 0x0005_0000 | constants.errno.ENOSYS;

/**
 * The beginning of a filter: system calls that the library has no name for fail with ENOSYS, as they would on a kernel
 * that does not have them, so that programs fall back on what they know. What a newer kernel can do is thus never
 * allowed by a rule that did not know of it.
 */
export function refuseUnknownCalls(library: Libseccomp): readonly Instruction[] {
  const ranges = unknownRanges(library).flatMap(([first, last]) => [
    { code: CODE.jumpIfAtLeast, ifTrue: 0, ifFalse: 2, operand: first },
    { code: CODE.jumpIfAbove, ifTrue: 1, ifFalse: 0, operand: last },
    statement(CODE.return, FAIL_ENOSYS),
  ]);
  return [statement(CODE.load, OFFSET.number), ...ranges];
}

/** Ranges of numbers without a name, both ends included; the last one has no end. */
function unknownRanges(library: Libseccomp): readonly (readonly [first: number, last: number])[] {
  const ranges: [number, number][] = [];
  for (let number = 0; number < NUMBERS; number += 1) {
    if (library.nameOf(number) !== undefined) continue;
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const end = ranges.at(-1);
  if (end !== undefined) end[1] = 0xffff_ffff;
  return ranges;
}
