/** Classic BPF as seccomp(2) takes it (linux/filter.h, linux/bpf_common.h, linux/seccomp.h), in host order. */

/** `struct sock_filter`. */
export interface Instruction {
  /** Class, operation and mode. */
  readonly code: number;
  /** Instructions to skip if the test is met. Range 0–255. */
  readonly ifTrue: number;
  /** The same if it is not met. */
  readonly ifFalse: number;
  readonly operand: number;
}

/** The codes in use: libseccomp makes no others. */
export const CODE = {
  load: 0x20,
  mask: 0x54,
  jump: 0x05,
  jumpIfEqual: 0x15,
  jumpIfAbove: 0x25,
  jumpIfAtLeast: 0x35,
  jumpIfAnyBit: 0x45,
  return: 0x06,
} as const;

/** Offsets in `struct seccomp_data`. Arguments follow from 16 on. */
export const OFFSET = { number: 0, architecture: 4 } as const;

/** The farthest that a test can jump. */
export const MAX_SKIP = 255;

const INSTRUCTION_BYTES = 8;

export function decodeProgram(program: Buffer): readonly Instruction[] {
  return Array.from({ length: program.length / INSTRUCTION_BYTES }, (_, index) => {
    const at = index * INSTRUCTION_BYTES;
    return {
      code: program.readUInt16LE(at),
      ifTrue: program.readUInt8(at + 2),
      ifFalse: program.readUInt8(at + 3),
      operand: program.readUInt32LE(at + 4),
    };
  });
}

export function encodeProgram(instructions: readonly Instruction[]): Buffer {
  const program = Buffer.alloc(instructions.length * INSTRUCTION_BYTES);
  for (const [index, { code, ifTrue, ifFalse, operand }] of instructions.entries()) {
    const at = index * INSTRUCTION_BYTES;
    program.writeUInt16LE(code, at);
    program.writeUInt8(ifTrue, at + 2);
    program.writeUInt8(ifFalse, at + 3);
    program.writeUInt32LE(operand, at + 4);
  }
  return program;
}

/** One without jumps. */
export function statement(code: number, operand: number): Instruction {
  return { code, ifTrue: 0, ifFalse: 0, operand };
}

/** Whether a conditional jump's test is met by this accumulator. `undefined`: it is no conditional jump. */
export function isMet(code: number, accumulator: number, operand: number): boolean | undefined {
  switch (code) {
    case CODE.jumpIfEqual:
      return accumulator === operand;
    case CODE.jumpIfAbove:
      return accumulator > operand;
    case CODE.jumpIfAtLeast:
      return accumulator >= operand;
    case CODE.jumpIfAnyBit:
      return (accumulator & operand) !== 0;
    default:
      return undefined;
  }
}
