import { lstatSync } from 'node:fs';
import { ERRNO, fail } from '../errno.js';
import type { Descriptor } from '../descriptor/descriptor.js';
import type { Times } from '../host/libc.js';
import type { NodeHost } from '../host/node-host.js';
import { readHostFilestat } from '../host/read-host-filestat.js';
import type { CallContext } from './call-context.js';

const FLAG = { atim: 1, atimNow: 2, mtim: 4, mtimNow: 8 } as const;
const REALTIME = 0;

/** Times as a call of the guest gives them: what the flags do not name stays as it is. */
export interface TimesArgument {
  readonly atim: bigint;
  readonly mtim: bigint;
  readonly flags: number;
}

export function setPathTimes({ host, setTimes }: CallContext, path: string, argument: TimesArgument): void {
  setTimes(path, toTimes(host, argument));
}

/** By the path while it still leads to the same file. After that node:wasi does it, in whole seconds. */
export function setDescriptorTimes(
  { host, setTimes }: CallContext,
  { path, hostFd }: Descriptor,
  argument: TimesArgument,
): void {
  const times = toTimes(host, argument);
  const open = readHostFilestat(host, hostFd);
  const named = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (named?.dev === open.dev && named.ino === open.ino) {
    setTimes(path, times);
    return;
  }
  const { atim = open.atim, mtim = open.mtim } = times;
  host.call('fd_filestat_set_times', hostFd, atim, mtim, FLAG.atim | FLAG.mtim);
}

function toTimes(host: NodeHost, { atim, mtim, flags }: TimesArgument): Times {
  if (flags > 15 || hasBoth(flags, FLAG.atim | FLAG.atimNow) || hasBoth(flags, FLAG.mtim | FLAG.mtimNow)) {
    fail(ERRNO.inval);
  }
  const now = host.callForU64('clock_time_get', REALTIME, 0n);
  return {
    atim: choose(flags & FLAG.atim, atim, flags & FLAG.atimNow, now),
    mtim: choose(flags & FLAG.mtim, mtim, flags & FLAG.mtimNow, now),
  };
}

function hasBoth(flags: number, both: number): boolean {
  return (flags & both) === both;
}

function choose(isGiven: number, given: bigint, isNow: number, now: bigint): bigint | undefined {
  if (isNow !== 0) return now;
  return isGiven === 0 ? undefined : given;
}
