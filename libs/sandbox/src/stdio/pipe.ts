import { closeSync, fchownSync } from 'node:fs';
import { createPipeEnds } from '../native/library.js';
import { workerIdentity, type HostIdentity } from '../slot/host-identity.js';

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

/**
 * The pipes of a step's standard streams, owned by who the payload is outside: otherwise it could not open
 * /dev/stdout. If one cannot be made, none is left open.
 */
export function createStdio(owner: HostIdentity): readonly [stdin: Pipe, stdout: Pipe, stderr: Pipe] {
  const made: Pipe[] = [];
  const make = (we: 'read' | 'write'): Pipe => {
    const pipe = createPipe(we);
    made.push(pipe);
    if (owner.uid !== workerIdentity().uid) fchownSync(pipe.theirs, owner.uid, owner.gid);
    return pipe;
  };
  try {
    return [make('write'), make('read'), make('read')];
  } catch (error) {
    for (const { ours, theirs } of made) [ours, theirs].forEach((fd) => closeSync(fd));
    throw error;
  }
}
