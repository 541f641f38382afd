import { constants } from 'node:os';
import { fieldName } from '@sandlot/contract';
import { z } from 'zod';
import type { Action, ArgumentTest, Comparison, FilterSpec, SyscallRule } from './filter-spec.js';
import { FORBIDDEN_CALLS } from './syscalls.js';

/**
 * Seccomp profiles as JSON: `linux.seccomp` of the OCI runtime specification (config-linux.md), and what container
 * engines keep in files, where rules can depend on capabilities (`includes`, `excludes`). A payload has none of those.
 */

const KILL = ['SCMP_ACT_KILL', 'SCMP_ACT_KILL_PROCESS', 'SCMP_ACT_KILL_THREAD', 'SCMP_ACT_TRAP'] as const;
const actionSchema = z.enum(['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG', 'SCMP_ACT_ERRNO', ...KILL], {
  error: ({ input }) =>
    `Expected SCMP_ACT_ALLOW, SCMP_ACT_LOG, SCMP_ACT_ERRNO, SCMP_ACT_TRAP or SCMP_ACT_KILL…, got ${JSON.stringify(input)}; there is nobody to be notified or to trace`,
});

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  SCMP_CMP_NE: 'ne',
  SCMP_CMP_LT: 'lt',
  SCMP_CMP_LE: 'le',
  SCMP_CMP_EQ: 'eq',
  SCMP_CMP_GE: 'ge',
  SCMP_CMP_GT: 'gt',
};
const MASKED = 'SCMP_CMP_MASKED_EQ';

const errnoSchema = z.int().min(1).max(4095);

const argumentSchema = z.object({
  index: z.int().min(0).max(5),
  value: z.int().min(0),
  valueTwo: z.int().min(0).default(0),
  op: z.enum([...Object.keys(COMPARISONS), MASKED]),
});

const conditionSchema = z
  .object({ caps: z.array(z.string()).nullish(), arches: z.array(z.string()).nullish() })
  .nullish();

const ruleSchema = z.object({
  names: z.array(z.string()).min(1),
  action: actionSchema,
  errnoRet: errnoSchema.optional(),
  args: z.array(argumentSchema).nullish(),
  includes: conditionSchema,
  excludes: conditionSchema,
});

const profileSchema = z.object({
  defaultAction: actionSchema,
  defaultErrnoRet: errnoSchema.optional(),
  syscalls: z.array(ruleSchema).default([]),
});

type OciRule = z.output<typeof ruleSchema>;
type OciAction = z.output<typeof actionSchema>;

/** Names of this architecture as engines write them. */
const ARCHES: readonly string[] =
  { x64: ['amd64', 'x86_64'], arm64: ['arm64', 'aarch64'] }[process.arch as 'x64'] ?? [];

/**
 * Reads a profile. What no profile of Sandlot may allow stays forbidden (FORBIDDEN_CALLS), and so does what init's own
 * floor refuses; `architectures` are not looked at, since only the native one is let in.
 *
 * @throws {Error} naming the place and what was expected there.
 */
export function parseOciProfile(json: unknown): FilterSpec {
  const parsed = profileSchema.safeParse(json);
  if (!parsed.success) throw new Error(wordIssues(parsed.error));
  const { defaultAction, defaultErrnoRet, syscalls } = parsed.data;
  const otherwise = toAction(defaultAction, defaultErrnoRet);
  if (otherwise === 'allow') {
    throw new Error('defaultAction allows what no rule names; expected SCMP_ACT_ERRNO or SCMP_ACT_KILL…');
  }
  return { otherwise, rules: syscalls.filter(isForUs).flatMap(toRules) };
}

function isForUs({ includes, excludes }: OciRule): boolean {
  const wantsCapability = (includes?.caps ?? []).length > 0;
  const isIncluded = includes?.arches == null || includes.arches.some((arch) => ARCHES.includes(arch));
  const isExcluded = excludes?.arches?.some((arch) => ARCHES.includes(arch)) ?? false;
  return !wantsCapability && isIncluded && !isExcluded;
}

function toRules({ names, action, errnoRet, args }: OciRule): readonly SyscallRule[] {
  const wanted = toAction(action, errnoRet);
  const allowed = names.filter((name) => wanted !== 'allow' || !FORBIDDEN_CALLS.includes(name));
  const tests = alternatives(args ?? []);
  return allowed.flatMap((name) => tests.map((each) => ({ name, action: wanted, tests: each })));
}

/** Tests of one argument stand for each other, as container runtimes read them; those of several hold together. */
function alternatives(args: NonNullable<OciRule['args']>): readonly (readonly ArgumentTest[])[] {
  const tests = args.map(toTest);
  const isRepeated = new Set(tests.map(({ index }) => index)).size < tests.length;
  return isRepeated ? tests.map((test) => [test]) : [tests];
}

function toTest({ index, value, valueTwo, op }: z.output<typeof argumentSchema>): ArgumentTest {
  const comparison = COMPARISONS[op];
  return comparison === undefined
    ? { index, comparison: 'eq', mask: BigInt(value), value: BigInt(valueTwo) }
    : { index, comparison, value: BigInt(value) };
}

function toAction(action: OciAction, errno: number = constants.errno.EPERM): Action {
  if (action === 'SCMP_ACT_ALLOW' || action === 'SCMP_ACT_LOG') return 'allow';
  return action === 'SCMP_ACT_ERRNO' ? { errno } : 'kill';
}

function wordIssues({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => `${path.length === 0 ? 'the file' : fieldName(path)}: ${message}`)
    .join('; ');
}
