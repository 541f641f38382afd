import { chmodSync, chownSync, fchmodSync, fchownSync } from 'node:fs';
import type { HostIdentity } from './host-identity.js';

const EVERYBODY = 0o666;

/**
 * Lets the uid of a slot open a file of ours, named by path or descriptor, for writing. Root gives the file away. A
 * plain user cannot, and opens it to everybody: nobody else may be able to reach it then.
 */
export function shareFile(file: string | number, { uid, gid }: HostIdentity): void {
  const own = process.geteuid?.();
  if (uid === own) return;
  if (own === 0) giveAway(file, uid, gid);
  else openUp(file);
}

function giveAway(file: string | number, uid: number, gid: number): void {
  if (typeof file === 'number') fchownSync(file, uid, gid);
  else chownSync(file, uid, gid);
}

function openUp(file: string | number): void {
  if (typeof file === 'number') fchmodSync(file, EVERYBODY);
  else chmodSync(file, EVERYBODY);
}
