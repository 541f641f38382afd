import koffi from 'koffi';

const O_CLOEXEC = 0o2000000;

const pipe2 = koffi.load(null).func('int pipe2(_Out_ int *fds, int flags)') as (
  fds: number[],
  flags: number,
) => number;

/** A pipe as a cell has it: what Node makes of `pipe` is a pair of sockets, which can be read and written at both ends. */
export function makePipe(): { readonly readEnd: number; readonly writeEnd: number } {
  const fds = [-1, -1];
  if (pipe2(fds, O_CLOEXEC) !== 0) throw new Error(`Cannot make a pipe: errno ${koffi.errno()}`);
  return { readEnd: fds[0]!, writeEnd: fds[1]! };
}
