import { closeSync, fstatSync, readSync } from 'node:fs';
import { constants } from 'node:os';
import { InfrastructureError } from '@sandlot/engine';
import { createMemfd } from '../native/library.js';
import { decodeProgram, encodeProgram } from './bpf.js';
import { decideByNumber } from './by-number.js';
import type { Action, ArgumentTest, Comparison, FilterSpec, SyscallRule } from './filter-spec.js';
import { ATTRIBUTE, BINARY_TREE, libseccomp, succeedSeccomp, type Libseccomp } from './libseccomp.js';
import { refuseUnknownCalls } from './unknown-calls.js';

/** `SECCOMP_RET_*` (linux/seccomp.h), which libseccomp's `SCMP_ACT_*` equal. */
const RETURN = { kill: 0x8000_0000, errno: 0x0005_0000, allow: 0x7fff_0000 } as const;

/** `enum scmp_compare`. */
const COMPARE: Readonly<Record<Comparison | 'masked', number>> = {
  ne: 1,
  lt: 2,
  le: 3,
  eq: 4,
  ge: 5,
  gt: 6,
  masked: 7,
};

/** `struct scmp_arg_cmp`: u32 argument, s32 comparison, u64 value or mask, u64 value after a mask. */
const TEST_BYTES = 24;

/**
 * Compiles a filter to the program that seccomp(2) takes: an array of `struct sock_filter`, 8 bytes each, in host order.
 *
 * Rules for calls that this architecture, or this version of the library, does not have are passed over: the call fails
 * with ENOSYS.
 *
 * @throws {InfrastructureError} `sandbox-setup-failed` if the library is missing or refuses a rule.
 */
export function compileFilter(spec: FilterSpec): Buffer {
  const library = libseccomp();
  const context = library.init(toReturn(spec.otherwise));
  if (context === null)
    throw new InfrastructureError('sandbox-setup-failed', 'Cannot begin a seccomp filter');
  try {
    succeedSeccomp('order a filter', library.setAttribute(context, ATTRIBUTE.optimize, BINARY_TREE));
    const { foreignArchitecture } = ATTRIBUTE;
    succeedSeccomp('close a filter', library.setAttribute(context, foreignArchitecture, RETURN.kill));
    for (const rule of spec.rules) addRule(library, context, rule, spec.otherwise);
    const rules = decodeProgram(exportProgram(library, context));
    const program = [...refuseUnknownCalls(library), ...rules];
    return encodeProgram(decideByNumber(program, library.architecture()));
  } finally {
    library.release(context);
  }
}

function addRule(
  library: Libseccomp,
  context: object,
  { name, action, tests = [] }: SyscallRule,
  otherwise: Action,
): void {
  const number = library.numberOf(name);
  // The library refuses a rule that says what holds anyway.
  if (number < 0 || toReturn(action) === toReturn(otherwise)) return;
  const encoded = tests.length === 0 ? null : Buffer.concat(tests.map(encodeTest));
  const result = library.addRule(context, toReturn(action), number, tests.length, encoded);
  // The same rule twice is no contradiction.
  if (result !== -constants.errno.EEXIST) succeedSeccomp(`add a rule for ${name} to a filter`, result);
}

function encodeTest({ index, comparison, value, mask }: ArgumentTest): Buffer {
  const bytes = Buffer.alloc(TEST_BYTES);
  bytes.writeUInt32LE(index, 0);
  bytes.writeInt32LE(COMPARE[mask === undefined ? comparison : 'masked'], 4);
  bytes.writeBigUInt64LE(mask ?? value, 8);
  bytes.writeBigUInt64LE(mask === undefined ? 0n : value, 16);
  return bytes;
}

function toReturn(action: Action): number {
  return typeof action === 'string' ? RETURN[action] : RETURN.errno | action.errno;
}

function exportProgram(library: Libseccomp, context: object): Buffer {
  const fd = createMemfd('sandlot-filter', new Uint8Array());
  try {
    succeedSeccomp('compile a filter', library.exportBpf(context, fd));
    const program = Buffer.alloc(fstatSync(fd).size);
    readSync(fd, program, 0, program.length, 0);
    return program;
  } finally {
    closeSync(fd);
  }
}
