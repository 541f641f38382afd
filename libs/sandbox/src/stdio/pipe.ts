import { pipeCreate, succeed } from '../native/library.js';

/** The two ends of a pipe. Ours does not block. Both are the caller's to close. */
export interface Pipe {
  readonly ours: number;
  readonly theirs: number;
}

/** A pipe that we read (the payload writes) or write (the payload reads). */
export function createPipe(we: 'read' | 'write'): Pipe {
  const ends = new Int32Array(2);
  const ourIndex = we === 'read' ? 0 : 1;
  succeed('create a pipe', pipeCreate(ends, ourIndex) as number);
  const [read, write] = ends as unknown as [number, number]; // two by construction
  return we === 'read' ? { ours: read, theirs: write } : { ours: write, theirs: read };
}
