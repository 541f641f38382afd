import { constants, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { mayAccess } from '../../file/may-access.js';

/** Of a pod, what shows in its files. */
export interface PodFacts {
  readonly hasServiceAccountToken: boolean;
  /** Directories that a worker writes to and may not, by the variables that name them. */
  readonly unwritable: readonly ('SANDLOT_DATA_DIR' | 'TMPDIR')[];
}

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Looks only. */
export function readPod(dataDir: string): PodFacts {
  const directories = { SANDLOT_DATA_DIR: dataDir, TMPDIR: tmpdir() } as const;
  // The closed record has no other keys.
  const names = Object.keys(directories) as (keyof typeof directories)[];
  return {
    hasServiceAccountToken: existsSync(TOKEN),
    unwritable: names.filter((name) => !mayAccess(directories[name], constants.W_OK)),
  };
}
