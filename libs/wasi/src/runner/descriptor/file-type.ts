import type { BigIntStats, Dirent, Stats } from 'node:fs';

/** Kinds of files. A pipe has none of its own: it is unknown, as in other hosts, and certainly no terminal. */
export const FILE_TYPE = {
  unknown: 0,
  blockDevice: 1,
  characterDevice: 2,
  directory: 3,
  regularFile: 4,
  socketStream: 6,
  symbolicLink: 7,
} as const;

export function fileTypeOf(entry: Stats | BigIntStats | Dirent): number {
  if (entry.isFile()) return FILE_TYPE.regularFile;
  if (entry.isDirectory()) return FILE_TYPE.directory;
  if (entry.isSymbolicLink()) return FILE_TYPE.symbolicLink;
  if (entry.isCharacterDevice()) return FILE_TYPE.characterDevice;
  if (entry.isBlockDevice()) return FILE_TYPE.blockDevice;
  return entry.isSocket() ? FILE_TYPE.socketStream : FILE_TYPE.unknown;
}
