import { constants } from 'node:fs';
import type { JobSpecInput } from '@sandlot/contract';
import { mayAccess } from '../file/may-access.js';

/** Jobs that show a cell from inside. The image of the service has no shell, but Node. */
const HELLO_PROGRAMS = [
  ['/bin/sh', '-c', 'id; hostname; ls -l /proc'],
  ['/usr/bin/node', '-p', '`uid ${process.getuid()} of ${os.hostname()}, ${os.version()}`'],
] as const;

/** The first whose program is on this machine; undefined: none. */
export function helloProgram(isThere: (path: string) => boolean = isExecutable): JobSpecInput | undefined {
  const argv = HELLO_PROGRAMS.find(([program]) => isThere(program));
  return argv === undefined ? undefined : { argv: [...argv] };
}

function isExecutable(path: string): boolean {
  return mayAccess(path, constants.X_OK);
}
