import type { Tier } from '@sandlot/contract';
import type { Ability } from './ability.js';
import type { CauseCode } from './causes.js';

/** What became of one ability. */
export interface Finding {
  readonly ability: Ability;
  /** `unknown`: what it needs failed, so that it could not be tried. */
  readonly status: 'ok' | 'failed' | 'unknown';
  /** What was seen beside the verdict, e.g. `abi=7`. */
  readonly detail?: string;
  /** What failed, if it did: the system call, file, directory or library, and the errno (or Node's code for a library). */
  readonly step?: string;
  readonly errno?: string;
  /** The mechanism behind it, from the list of docs/doctor.md, then in words. Absent if `ok`. */
  readonly code?: CauseCode;
  readonly cause?: string;
  /** The exact command or setting that mends it. Absent if `ok`. */
  readonly remedy?: string;
  /** The best tier without it; absent if `ok`, or if nothing depends on it. */
  readonly tier?: Tier;
}
