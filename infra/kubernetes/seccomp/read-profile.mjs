import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A seccomp profile in the plain form of the OCI runtime specification, the one that runtimes of Kubernetes read.
 *
 * @typedef {object} Rule
 * @property {readonly string[]} names
 * @property {string} action
 * @property {number} [errnoRet]
 * @property {readonly { index: number, value: number, valueTwo?: number, op: string }[]} [args]
 *
 * @typedef {object} Profile
 * @property {string} defaultAction
 * @property {number} defaultErrnoRet
 * @property {readonly string[]} architectures
 * @property {readonly Rule[]} syscalls
 */

/**
 * Reads a profile of this folder. `runtime-default` is no profile to install: it says what containerd's RuntimeDefault
 * leaves to a process without capabilities, for tests that run pods without a cluster. Its socket rules are shorter than
 * the original's, with the same two families refused.
 *
 * @param {'runtime-default' | 'sandlot-worker'} name
 * @returns {Profile}
 */
export function readProfile(name) {
  return /** @type {Profile} */ (JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')));
}
