import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** exit_group(0) and nothing else: no library, no dynamic linker, so that what is timed is the sandbox. */
const SOURCE = `
__attribute__ ((noreturn, used)) void _start (void)
{
#if defined(__x86_64__)
  __asm__ volatile ("xorl %edi, %edi; movl $231, %eax; syscall");
#elif defined(__aarch64__)
  __asm__ volatile ("mov x0, #0; mov x8, #94; svc 0");
#endif
  __builtin_unreachable ();
}
`;

/** Builds the smallest static program that succeeds, in a new directory of its own. Returns that directory and the path. */
export function buildTrue(): { readonly directory: string; readonly path: string } {
  const directory = mkdtempSync(join(tmpdir(), 'sandlot-bench-'));
  const source = join(directory, 'true.c');
  const path = join(directory, 'true');
  writeFileSync(source, SOURCE);
  execFileSync(process.env['CC'] ?? 'cc', ['-O2', '-static', '-nostdlib', '-o', path, source]);
  return { directory, path };
}
