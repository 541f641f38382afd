import type { BigIntStats } from 'node:fs';
import { fileTypeOf } from '../descriptor/file-type.js';
import type { Abi } from './abi.js';
import type { GuestMemory } from './guest-memory.js';

/** What a guest learns of a file. */
export interface Filestat {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly type: number;
  readonly nlink: bigint;
  readonly size: bigint;
  /** In nanoseconds since 1970, like the others. */
  readonly atim: bigint;
  readonly mtim: bigint;
  readonly ctim: bigint;
}

export function toFilestat(stats: BigIntStats): Filestat {
  return {
    dev: stats.dev,
    ino: stats.ino,
    type: fileTypeOf(stats),
    nlink: stats.nlink,
    size: stats.size,
    atim: stats.atimeNs,
    mtim: stats.mtimeNs,
    ctim: stats.ctimeNs,
  };
}

/** In `wasi_unstable` the number of links has 32 bits, and what follows it lies 8 bytes earlier. */
export function writeFilestat(memory: GuestMemory, abi: Abi, address: number, stat: Filestat): void {
  const isUnstable = abi === 'unstable';
  memory.slice(address, isUnstable ? 56 : 64).fill(0);
  memory.setU64(address, stat.dev);
  memory.setU64(address + 8, stat.ino);
  memory.setU8(address + 16, stat.type);
  if (isUnstable) memory.setU32(address + 20, Number(stat.nlink));
  else memory.setU64(address + 24, stat.nlink);
  const rest = address + (isUnstable ? 24 : 32);
  memory.setU64(rest, stat.size);
  memory.setU64(rest + 8, stat.atim);
  memory.setU64(rest + 16, stat.mtim);
  memory.setU64(rest + 24, stat.ctim);
}
