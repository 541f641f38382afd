import { constants } from 'node:os';
import type { Libseccomp } from './libseccomp.js';

/** More numbers than any architecture has. */
const NUMBERS = 1024;

/** Instructions of classic BPF (linux/bpf_common.h): code, jump if true, jump if false, operand. */
const LOAD_NUMBER = [0x20, 0, 0, 0] as const;
const jumpUnlessAtLeast = (value: number, skip: number) => [0x35, 0, skip, value] as const;
const jumpIfAbove = (value: number, skip: number) => [0x25, skip, 0, value] as const;
const FAIL_ENOSYS = [0x06, 0, 0, 0x0005_0000 | constants.errno.ENOSYS] as const;

/**
 * The beginning of a filter: system calls that the library has no name for fail with ENOSYS, as they would on a kernel
 * that does not have them, so that programs fall back on what they know. What a newer kernel can do is thus never
 * allowed by a rule that did not know of it.
 */
export function refuseUnknownCalls(library: Libseccomp): Buffer {
  const ranges = unknownRanges(library).flatMap(([first, last]) => [
    jumpUnlessAtLeast(first, 2),
    jumpIfAbove(last, 1),
    FAIL_ENOSYS,
  ]);
  return Buffer.concat([LOAD_NUMBER, ...ranges].map(encode));
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

/** `struct sock_filter`: u16 code, u8 jump if true, u8 jump if false, u32 operand. */
function encode([code, ifTrue, ifFalse, operand]: readonly [number, number, number, number]): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(operand, 4);
  return bytes;
}
