import { InfrastructureError } from '@sandlot/engine';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Free space on its file system, or move the data directory (SANDLOT_DATA_DIR).',
  EDQUOT: 'Free space within the disk quota, or move the data directory (SANDLOT_DATA_DIR).',
  EACCES: 'Let the user of the service read and write it, or set SANDLOT_DATA_DIR to a directory it owns.',
  EPERM: 'Let the user of the service read and write it, or set SANDLOT_DATA_DIR to a directory it owns.',
  EROFS: 'Mount it writable, or set SANDLOT_DATA_DIR to a directory on a writable file system.',
  ENOENT: 'The file was removed, or the services do not share one data directory: check SANDLOT_DATA_DIR.',
  ENOTDIR: 'A part of the path is a file: remove it, or set SANDLOT_DATA_DIR to another directory.',
  EEXIST: 'A file stands where a directory is needed: remove it, or change SANDLOT_DATA_DIR.',
  EMFILE: 'Raise the limit of open files of the service (LimitNOFILE, ulimit -n).',
};

/** Words a failed file operation: what failed, path, errno, remedy. */
export function storeError(what: string, path: string, cause: unknown): InfrastructureError {
  const errno = errnoOf(cause);
  const remedy = REMEDIES[errno] ?? 'Check the disk and the system log.';
  return new InfrastructureError('store-unavailable', `${what}: ${errno} on ${path}. ${remedy}`, { cause });
}

function errnoOf(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return 'an unexpected error';
}
