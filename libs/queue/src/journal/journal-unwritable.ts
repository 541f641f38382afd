import { InfrastructureError } from '@sandlot/engine';

/** Errors that end once there is room. */
const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** A failed write after which the journal tries again by itself. The system's message begins with the errno's name. */
export function journalUnwritable(path: string, cause: unknown): InfrastructureError {
  const remedy = NO_ROOM.includes(errnoOf(cause))
    ? 'Free space on its file system (or raise the quota or file size limit)'
    : 'Repair the disk';
  return new InfrastructureError(
    'queue-unavailable',
    `Cannot write the queue's journal ${path}: ${messageOf(cause)}. ${remedy}; the queue looks every second and goes on by itself. Nothing that was acknowledged is lost`,
    { cause },
  );
}

/** A failed write after which nobody knows what is on disk. */
export function journalUncertain(path: string, cause: unknown): InfrastructureError {
  return new InfrastructureError(
    'queue-unavailable',
    `Cannot cut the queue's journal ${path} back to what was acknowledged, after a failed write: ${messageOf(cause)}. Restart needed: make room or repair the disk, then restart the service. Nothing that was acknowledged is lost`,
    { cause },
  );
}

function errnoOf(cause: unknown): string {
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? '') : '';
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
