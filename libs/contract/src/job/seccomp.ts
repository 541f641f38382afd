import { z } from 'zod';
import { expected } from '../text/wording.js';

/** System call filters: for ordinary programs, for programs that only compute, and one that the operator brings. */
export const SECCOMP_PROFILES = ['default', 'strict', 'operator'] as const;
export type SeccompProfile = (typeof SECCOMP_PROFILES)[number];

export const seccompSchema = z
  .enum(SECCOMP_PROFILES, { error: expected('one of default, strict, operator') })
  .meta({
    description:
      'System call filter of the job. `default`: what compilers and interpreters need. `strict`: no sockets, no IPC beyond pipes, no other program once a step’s has started. `operator`: the operator’s own (SANDLOT_SECCOMP_FILE). Without it: what the operator chose, usually `default`.',
  });

export const explainSchema = z.boolean({ error: expected('true or false') }).meta({
  description:
    'Whether the result tells, for each step, which system calls its filter refused (`deniedCalls`). Refused calls take longer then.',
});

/** A system call that the filter of a step refused. */
export const deniedCallSchema = z
  .object({
    name: z
      .string()
      .meta({ description: 'As in syscalls(2); `syscall_N` for number N without a known name.' }),
    count: z.int().min(1),
    arguments: z
      .array(z.string())
      .length(6)
      .meta({ description: 'The six arguments of the first such call, hexadecimal.' }),
  })
  .meta({ id: 'DeniedCall' });

export type DeniedCall = z.infer<typeof deniedCallSchema>;
