/**
 * Makes a filter short: what it decides for each number of a system call is worked out beforehand, so that only the tests
 * of arguments are left, behind a search for the number. The kernel translates a filter anew for every process that
 * installs it, in time that its length decides; of a profile of ours a third remains.
 */
import { CODE, isMet, MAX_SKIP, OFFSET, statement, type Instruction } from './bpf.js';

/** Numbers looked at. What holds for the last one holds for all above: no architecture has that many. */
const NUMBERS = 1024;

/** What is left of a filter once number and architecture are known. Equal ones are one object. */
type Rest = Decision | Test;

interface Decision {
  readonly operand: number;
}

interface Test {
  /** What brings the accumulator about. */
  readonly before: readonly Instruction[];
  readonly code: number;
  readonly operand: number;
  readonly met: Rest;
  readonly unmet: Rest;
}

interface Range {
  readonly first: number;
  readonly rest: Rest;
}

/**
 * The same decisions for calls of this architecture. Whoever takes the program has to have refused all others.
 *
 * @param architecture `AUDIT_ARCH_*` of this machine.
 * @returns a program, or the one given where tests of one call lie too far apart for it.
 */
export function decideByNumber(
  program: readonly Instruction[],
  architecture: number,
): readonly Instruction[] {
  const rests = new Rests();
  const ranges: Range[] = [];
  for (let number = 0; number < NUMBERS; number += 1) {
    const known = { [OFFSET.number]: number, [OFFSET.architecture]: architecture };
    const rest = new Specializer(program, known, rests).at(0);
    if (rest !== ranges.at(-1)?.rest) ranges.push({ first: number, rest });
  }
  const search = searchFor(ranges, rests);
  return layOut([statement(CODE.load, OFFSET.number)], search) ?? program;
}

/** Keeps equal parts one. */
class Rests {
  readonly #kept = new Map<string, Rest>();
  readonly #names = new Map<Rest, number>();

  decision(operand: number): Rest {
    return this.#keep(`${operand}`, { operand });
  }

  test(test: Test): Rest {
    const { before, code, operand, met, unmet } = test;
    if (met === unmet) return met;
    const words = before.flatMap((instruction) => [instruction.code, instruction.operand]);
    return this.#keep([...words, code, operand, this.#names.get(met), this.#names.get(unmet)].join(), test);
  }

  #keep(key: string, rest: Rest): Rest {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    this.#kept.set(key, rest);
    this.#names.set(rest, this.#names.size);
    return rest;
  }
}

/** Follows a program with some words of the data known. */
class Specializer {
  readonly #program: readonly Instruction[];
  readonly #known: Readonly<Record<number, number>>;
  readonly #rests: Rests;
  /** What was found from an instruction on with the accumulator not known. */
  readonly #found = new Map<number, Rest>();

  constructor(program: readonly Instruction[], known: Readonly<Record<number, number>>, rests: Rests) {
    this.#program = program;
    this.#known = known;
    this.#rests = rests;
  }

  /** @param accumulator `undefined`: not known. */
  at(index: number, accumulator?: number): Rest {
    if (accumulator !== undefined) return this.#follow(index, accumulator);
    const rest = this.#found.get(index) ?? this.#follow(index);
    this.#found.set(index, rest);
    return rest;
  }

  #follow(index: number, accumulator?: number): Rest {
    const instruction = this.#program[index];
    if (instruction === undefined) throw new RangeError('This filter ends without a decision');
    const { code, operand, ifTrue, ifFalse } = instruction;
    const next = index + 1;
    switch (code) {
      case CODE.return:
        return this.#rests.decision(operand);
      case CODE.jump:
        return this.at(next + operand, accumulator);
      case CODE.load: {
        const word = this.#known[operand];
        return word === undefined ? this.#keep(instruction, next) : this.at(next, word);
      }
      case CODE.mask:
        if (accumulator === undefined) return this.#keep(instruction, next);
        return this.at(next, (accumulator & operand) >>> 0);
      default: {
        const met = () => this.at(next + ifTrue, accumulator);
        const unmet = () => this.at(next + ifFalse, accumulator);
        if (accumulator === undefined)
          return this.#rests.test({ before: [], code, operand, met: met(), unmet: unmet() });
        return isMet(code, accumulator, operand) ? met() : unmet();
      }
    }
  }

  /** With an instruction before what follows, which a decision does not need. */
  #keep(instruction: Instruction, next: number): Rest {
    const rest = this.at(next);
    return 'met' in rest ? this.#rests.test({ ...rest, before: [instruction, ...rest.before] }) : rest;
  }
}

/** A binary search for the range of the number in the accumulator. */
function searchFor(ranges: readonly Range[], rests: Rests): Rest {
  const middle = ranges.length >> 1;
  const half = ranges[middle] as Range; // there is at least one
  if (middle === 0) return half.rest;
  return rests.test({
    before: [],
    code: CODE.jumpIfAtLeast,
    operand: half.first,
    met: searchFor(ranges.slice(middle), rests),
    unmet: searchFor(ranges.slice(0, middle), rests),
  });
}

/** As a program, each part once. `undefined`: a test would jump too far. */
function layOut(beginning: readonly Instruction[], rest: Rest): readonly Instruction[] | undefined {
  const places = new Map<Rest, number>();
  let size = 0;
  for (const part of inOrder(rest)) {
    places.set(part, size);
    size += 'met' in part ? part.before.length + 1 : 1;
  }
  const placeOf = (part: Rest) => places.get(part) as number; // each has one by now
  const skip = (from: Test, to: Rest) => placeOf(to) - placeOf(from) - from.before.length - 1;
  const body = [...places.keys()].flatMap((part): readonly Instruction[] => {
    if (!('met' in part)) return [statement(CODE.return, part.operand)];
    const { before, code, operand, met, unmet } = part;
    return [...before, { code, operand, ifTrue: skip(part, met), ifFalse: skip(part, unmet) }];
  });
  const fits = body.every(({ ifTrue, ifFalse }) => Math.max(ifTrue, ifFalse) <= MAX_SKIP);
  return fits ? [...beginning, ...body] : undefined;
}

/** Each part once, before all that it leads to. */
function inOrder(rest: Rest): readonly Rest[] {
  const order = new Set<Rest>();
  const visit = (part: Rest) => {
    if (order.has(part)) return;
    if ('met' in part) [part.unmet, part.met].forEach(visit);
    order.add(part);
  };
  visit(rest);
  return [...order].reverse();
}
