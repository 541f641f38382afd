import { FILE_TYPE } from './file-type.js';

/** What a descriptor may be used for; the bits of preview1. */
export const RIGHT = {
  fdDatasync: 1n << 0n,
  fdRead: 1n << 1n,
  fdSeek: 1n << 2n,
  fdFdstatSetFlags: 1n << 3n,
  fdSync: 1n << 4n,
  fdTell: 1n << 5n,
  fdWrite: 1n << 6n,
  fdAdvise: 1n << 7n,
  fdAllocate: 1n << 8n,
  pathCreateDirectory: 1n << 9n,
  pathCreateFile: 1n << 10n,
  pathLinkSource: 1n << 11n,
  pathLinkTarget: 1n << 12n,
  pathOpen: 1n << 13n,
  fdReaddir: 1n << 14n,
  pathReadlink: 1n << 15n,
  pathRenameSource: 1n << 16n,
  pathRenameTarget: 1n << 17n,
  pathFilestatGet: 1n << 18n,
  pathFilestatSetSize: 1n << 19n,
  pathFilestatSetTimes: 1n << 20n,
  fdFilestatGet: 1n << 21n,
  fdFilestatSetSize: 1n << 22n,
  fdFilestatSetTimes: 1n << 23n,
  pathSymlink: 1n << 24n,
  pathRemoveDirectory: 1n << 25n,
  pathUnlinkFile: 1n << 26n,
  pollFdReadwrite: 1n << 27n,
  sockShutdown: 1n << 28n,
} as const;

const EVERY_FILE = RIGHT.fdFilestatGet | RIGHT.fdFdstatSetFlags | RIGHT.pollFdReadwrite;

const STREAM = EVERY_FILE | RIGHT.fdRead | RIGHT.fdWrite;

const REGULAR_FILE =
  STREAM |
  RIGHT.fdDatasync |
  RIGHT.fdSync |
  RIGHT.fdSeek |
  RIGHT.fdTell |
  RIGHT.fdAdvise |
  RIGHT.fdAllocate |
  RIGHT.fdFilestatSetSize |
  RIGHT.fdFilestatSetTimes;

/** A directory is not read and not written; what is opened in it may be. */
export const DIRECTORY_BASE =
  EVERY_FILE |
  RIGHT.fdSync |
  RIGHT.fdDatasync |
  RIGHT.fdAdvise |
  RIGHT.fdReaddir |
  RIGHT.fdFilestatSetTimes |
  RIGHT.pathCreateDirectory |
  RIGHT.pathCreateFile |
  RIGHT.pathLinkSource |
  RIGHT.pathLinkTarget |
  RIGHT.pathOpen |
  RIGHT.pathReadlink |
  RIGHT.pathRenameSource |
  RIGHT.pathRenameTarget |
  RIGHT.pathFilestatGet |
  RIGHT.pathFilestatSetSize |
  RIGHT.pathFilestatSetTimes |
  RIGHT.pathSymlink |
  RIGHT.pathRemoveDirectory |
  RIGHT.pathUnlinkFile;

export const DIRECTORY_INHERITING = DIRECTORY_BASE | REGULAR_FILE;

/** Opening with one of these opens for writing. */
export const WRITE_RIGHTS = RIGHT.fdWrite | RIGHT.fdAllocate | RIGHT.fdFilestatSetSize;

/** All that makes sense for a file of a type. */
export function rightsOfType(type: number): bigint {
  switch (type) {
    case FILE_TYPE.directory:
      return DIRECTORY_BASE;
    case FILE_TYPE.regularFile:
    case FILE_TYPE.blockDevice:
      return REGULAR_FILE;
    default:
      return STREAM;
  }
}
