import { mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** The delegated cgroup of the lab (infra/lab), which holds no process itself; undefined outside of the lab. */
const DELEGATED = process.env['SANDLOT_LAB_CGROUP'];

/** A cgroup for one service of a test, as systemd would make one for a unit with Delegate=yes. */
export interface LabCgroup {
  readonly path: string;
  /** Cgroups below it. */
  count(): number;
  /** Processes in it and below it. */
  readonly isPopulated: boolean;
  /** Removes it with everything below. @throws if a process is left in it. */
  remove(): void;
}

/** Undefined outside of the lab: a service starts where this process is then. */
export function createLabCgroup(name: string): LabCgroup | undefined {
  if (DELEGATED === undefined) return undefined;
  const path = join(DELEGATED, name);
  mkdirSync(path);
  return {
    path,
    count: () => Number(/^nr_descendants (\d+)$/m.exec(readFileSync(join(path, 'cgroup.stat'), 'utf8'))?.[1]),
    get isPopulated() {
      return /^populated 1$/m.test(readFileSync(join(path, 'cgroup.events'), 'utf8'));
    },
    remove: () => removeTree(path),
  };
}

function removeTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(path, entry.name));
  }
  rmdirSync(path);
}
