import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Says hello; or finds primes, for long enough to be compiled well; or writes and reads 32 MiB. */
const SOURCE = `
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned char sieve[4000000];
static char block[65536];

static __attribute__ ((noinline)) int count_primes (void)
{
  int count = 0;
  memset (sieve, 1, sizeof sieve);
  for (unsigned i = 2; i < sizeof sieve; i++)
    if (sieve[i])
      {
        count++;
        for (unsigned j = 2 * i; j < sizeof sieve; j += i)
          sieve[j] = 0;
      }
  return count;
}

static int write_and_read (void)
{
  int fd = open ("bulk", O_RDWR | O_CREAT, 0644);
  for (int i = 0; i < 512; i++)
    if (write (fd, block, sizeof block) != sizeof block)
      return 1;
  lseek (fd, 0, SEEK_SET);
  while (read (fd, block, sizeof block) > 0)
    ;
  return close (fd);
}

int main (int argc, char **argv)
{
  if (argc < 2)
    return puts ("hello") < 0;
  if (strcmp (argv[1], "files") == 0)
    return write_and_read ();
  int primes = 0;
  for (int round = 0; round < 8; round++)
    primes = count_primes ();
  return primes != 283146;
}
`;

/** A module in a new directory of its own. */
export interface Guest {
  readonly directory: string;
  readonly path: string;
  /** The files of a job that runs it. */
  readonly files: readonly { readonly path: string; readonly content: string; readonly encoding: 'base64' }[];
}

/** Builds a WASI module with Debian's clang and wasi-libc. Undefined where they are not installed. */
export function buildGuest(): Guest | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'sandlot-bench-'));
  const source = join(directory, 'guest.c');
  const path = join(directory, 'main.wasm');
  writeFileSync(source, SOURCE);
  try {
    execFileSync('clang', ['--target=wasm32-wasi', '-O2', '-s', '-o', path, source], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const content = readFileSync(path).toString('base64');
  return { directory, path, files: [{ path: 'main.wasm', content, encoding: 'base64' }] };
}
