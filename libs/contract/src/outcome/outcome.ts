import { z } from 'zod';

/** Clocks that can end a step: real time, CPU time (user + system), time without progress. */
export const CLOCKS = ['wall', 'cpu', 'idle'] as const;

export const OUTPUT_STREAMS = ['stdout', 'stderr'] as const;
export type OutputStream = (typeof OUTPUT_STREAMS)[number];

/** Why a WebAssembly module was stopped by its engine. */
export const WASM_TRAPS = [
  'unreachable',
  'out-of-bounds',
  'divide-by-zero',
  'integer-overflow',
  'invalid-conversion',
  'indirect-call-mismatch',
  'null-reference',
  'stack-overflow',
  'other',
] as const;
export type WasmTrap = (typeof WASM_TRAPS)[number];

const limitBytes = z.int().min(0);

/**
 * How a step, and with it its job, ended: exactly one of these holds. The first cause observed is kept; its
 * later effects (a SIGKILL after a timeout, say) add nothing. Failures of Sandlot itself never appear here:
 * they are attempts' causes.
 */
export const outcomeSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('exited'),
      exitCode: z.int().min(0).max(255),
      wasiExitCode: z.int().min(256).max(0xffff_ffff).optional().meta({
        description:
          'The code of a WebAssembly module, which has 32 bits, where it is beyond 255: `exitCode` is 255 then.',
      }),
    }),
    z.object({ kind: z.literal('signaled'), signal: z.string() }),
    z.object({ kind: z.literal('timed-out'), clock: z.enum(CLOCKS), limitMs: z.int().min(0) }),
    z.object({ kind: z.literal('memory-exceeded'), limitBytes }),
    z.object({ kind: z.literal('output-exceeded'), stream: z.enum(OUTPUT_STREAMS), limitBytes }),
    z.object({ kind: z.literal('disk-exceeded'), limitBytes }),
    z.object({ kind: z.literal('process-limit'), limit: z.int().min(1) }),
    z.object({ kind: z.literal('forbidden-syscall'), syscall: z.string().optional() }),
    z.object({ kind: z.literal('exec-failed'), path: z.string(), errno: z.string(), message: z.string() }),
    z.object({
      kind: z.literal('wasm-trap'),
      trap: z.enum(WASM_TRAPS),
      message: z.string(),
      function: z.string().optional(),
    }),
    z.object({ kind: z.literal('artifact-missing'), path: z.string() }),
    z.object({ kind: z.literal('cancelled') }),
    z.object({ kind: z.literal('deadline-passed') }),
  ])
  .meta({ id: 'Outcome', description: 'How a step or a job ended.' });

export type Outcome = z.infer<typeof outcomeSchema>;
export type OutcomeKind = Outcome['kind'];

/** Whether the payload did what it was asked to: it ran to its end and exited with code 0. */
export function isSuccess(outcome: Outcome): boolean {
  return outcome.kind === 'exited' && outcome.exitCode === 0;
}
