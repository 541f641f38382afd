import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE, decodeProgram, encodeProgram, isMet, OFFSET, statement, type Instruction } from './bpf.js';
import { decideByNumber } from './by-number.js';

const ARCHITECTURE = 0xc000_003e;
const ARGUMENT = 16;

/** Words of `struct seccomp_data` by offset. */
type Data = Readonly<Record<number, number>>;

/** What the kernel would return. */
function evaluate(program: readonly Instruction[], data: Data): number {
  let accumulator = 0;
  for (let at = 0; ; at += 1) {
    const { code, operand, ifTrue, ifFalse } = program[at] as Instruction;
    if (code === CODE.return) return operand;
    if (code === CODE.load) accumulator = data[operand] ?? 0;
    else if (code === CODE.mask) accumulator = (accumulator & operand) >>> 0;
    else if (code === CODE.jump) at += operand;
    else at += isMet(code, accumulator, operand) === true ? ifTrue : ifFalse;
  }
}

const word = fc.oneof(
  fc.nat(8),
  fc.nat(500),
  fc.constantFrom(ARCHITECTURE, 0x4000_0000, 0xffff_ffff, 0x8000_0000),
);
/** All that are looked at, and so all that a machine has. */
const number = fc.nat(1023);
const offset = fc.constantFrom(OFFSET.number, OFFSET.architecture, ARGUMENT, ARGUMENT + 4, ARGUMENT + 8);
const test = fc.constantFrom(CODE.jumpIfEqual, CODE.jumpIfAbove, CODE.jumpIfAtLeast, CODE.jumpIfAnyBit);
const skip = fc.nat(5);
const instruction = fc.oneof(
  fc.record({
    code: fc.constant(CODE.load),
    operand: offset,
    ifTrue: fc.constant(0),
    ifFalse: fc.constant(0),
  }),
  fc.record({ code: test, operand: word, ifTrue: skip, ifFalse: skip }),
  fc.record({ code: fc.constant(CODE.mask), operand: word, ifTrue: fc.constant(0), ifFalse: fc.constant(0) }),
  fc.record({ code: fc.constant(CODE.jump), operand: skip, ifTrue: fc.constant(0), ifFalse: fc.constant(0) }),
  fc.record({
    code: fc.constant(CODE.return),
    operand: word,
    ifTrue: fc.constant(0),
    ifFalse: fc.constant(0),
  }),
);
/** Begins as filters do, and ends in decisions however far the last jump goes. */
const program = fc
  .array(instruction, { maxLength: 60 })
  .map((middle) => [
    statement(CODE.load, OFFSET.number),
    ...middle,
    ...[1, 2, 3, 4, 5, 6].map((value) => statement(CODE.return, value)),
  ]);

describe('a filter decided by number', () => {
  it('decides as before', () => {
    fc.assert(
      fc.property(
        program,
        fc.array(fc.tuple(number, word, word, word), { minLength: 8 }),
        (before, calls) => {
          const after = decideByNumber(before, ARCHITECTURE);
          for (const [call, low, high, next] of calls) {
            const data = {
              [OFFSET.number]: call,
              [OFFSET.architecture]: ARCHITECTURE,
              [ARGUMENT]: low,
              [ARGUMENT + 4]: high,
              [ARGUMENT + 8]: next,
            };
            expect(evaluate(after, data)).toBe(evaluate(before, data));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not look at the number one after the other', () => {
    const list = Array.from({ length: 100 }, (_, index) => [
      { code: CODE.jumpIfEqual, operand: index + 10, ifTrue: 0, ifFalse: 1 },
      statement(CODE.return, 1),
    ]).flat();
    const before = [statement(CODE.load, OFFSET.number), ...list, statement(CODE.return, 2)];
    expect(decideByNumber(before, ARCHITECTURE).length).toBeLessThan(before.length);
  });

  it('stays as it was where a jump would be too far', () => {
    const chain = Array.from({ length: 300 }, (_, index) => [
      { code: CODE.jumpIfEqual, operand: index, ifTrue: 0, ifFalse: 1 },
      statement(CODE.return, 1),
    ]).flat();
    const before = [statement(CODE.load, ARGUMENT), ...chain, statement(CODE.return, 2)];
    expect(decideByNumber(before, ARCHITECTURE)).toBe(before);
  });

  it('goes through bytes and back', () => {
    fc.assert(
      fc.property(program, (given) => {
        expect(decodeProgram(encodeProgram(given))).toEqual(given);
      }),
    );
  });
});
