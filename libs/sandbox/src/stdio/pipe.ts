import { closeSync } from 'node:fs';
import { createPipeEnds } from '../native/library.js';
import type { HostIdentity } from '../slot/host-identity.js';
import { shareFile } from '../slot/share-file.js';

/** The two ends of a pipe. Ours does not block. Both are the caller's to close. */
export interface Pipe {
  readonly ours: number;
  readonly theirs: number;
}

/** A pipe that we read (the payload writes) or write (the payload reads). */
function createPipe(we: 'read' | 'write'): Pipe {
  const [read, write] = createPipeEnds(we === 'read' ? 0 : 1);
  return we === 'read' ? { ours: read, theirs: write } : { ours: write, theirs: read };
}

/** Our ends of the pipes of a step. Who moves bytes through one closes it. */
export type StdioEnds = readonly [stdin: number, stdout: number, stderr: number];

/**
 * The pipes of a program's descriptors from 0 on, shared with who the program is outside: otherwise it could not open
 * /dev/stdout. Nobody else finds them. If one cannot be made, none is left open.
 *
 * @param we what we do with each.
 */
export function createPipes<const Uses extends readonly ('read' | 'write')[]>(
  owner: HostIdentity,
  we: Uses,
): { readonly [Index in keyof Uses]: Pipe } {
  const made: Pipe[] = [];
  try {
    for (const each of we) {
      const pipe = createPipe(each);
      made.push(pipe);
      shareFile(pipe.theirs, owner);
    }
    return made as { [Index in keyof Uses]: Pipe }; // one for each
  } catch (error) {
    for (const { ours, theirs } of made) [ours, theirs].forEach((fd) => closeSync(fd));
    throw error;
  }
}

/** Hands over the program's ends and closes our copies of them. Returns our ends, which are closed if that fails. */
export function handOver<Pipes extends readonly Pipe[]>(
  pipes: Pipes,
  begin: (theirs: readonly number[]) => void,
): { readonly [Index in keyof Pipes]: number } {
  const theirs = pipes.map((pipe) => pipe.theirs);
  const ours = pipes.map((pipe) => pipe.ours);
  try {
    begin(theirs);
    return ours as { [Index in keyof Pipes]: number }; // one for each
  } catch (error) {
    ours.forEach((fd) => closeSync(fd));
    throw error;
  } finally {
    theirs.forEach((fd) => closeSync(fd));
  }
}
