import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NEEDED = ['cpu', 'memory', 'pids'];
const WELCOME = ['io'];

/**
 * A delegated cgroup v2 directory that holds no process itself.
 *
 * @typedef {object} Delegation
 * @property {string} path
 * @property {() => void} release puts everything back as it was
 */

/**
 * Takes our own cgroup for the lab, if it was given to this user with the controllers that hold limits: found out by
 * doing it. Whatever is in it moves to a leaf below, since a cgroup that hands controllers on holds no processes.
 *
 * @returns {Delegation | undefined} undefined if there is no such cgroup; all is as before then
 */
export function takeOwnDelegation() {
  // Root may write to any cgroup, which was nobody's word that it is for us.
  if (process.getuid?.() === 0) return undefined;
  const path = findOwnCgroup();
  if (path === undefined) return undefined;
  const leaf = join(path, 'suite');
  const controllers = [...NEEDED, ...WELCOME].filter((name) =>
    read(path, 'cgroup.controllers').includes(name),
  );
  const added = controllers.filter((name) => !read(path, 'cgroup.subtree_control').includes(name));
  const release = () => {
    writeFileSync(join(path, 'cgroup.subtree_control'), added.map((name) => `-${name}`).join(' '));
    moveAll(leaf, path);
    rmdirSync(leaf);
  };
  try {
    if (!NEEDED.every((name) => controllers.includes(name))) return undefined;
    mkdirSync(leaf);
  } catch {
    return undefined;
  }
  try {
    moveAll(path, leaf);
    writeFileSync(join(path, 'cgroup.subtree_control'), added.map((name) => `+${name}`).join(' '));
    return { path, release };
  } catch {
    release();
    return undefined;
  }
}

/** Where /proc/self/cgroup says that we are, below the first mount of cgroup2. */
function findOwnCgroup() {
  const [, inside] = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8')) ?? [];
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const mountPoint = mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1];
  return inside === undefined || mountPoint === undefined ? undefined : join(mountPoint, inside);
}

/**
 * @param {string} directory
 * @param {string} file
 * @returns {readonly string[]} its words
 */
function read(directory, file) {
  return readFileSync(join(directory, file), 'utf8').trim().split(/\s+/).filter(Boolean);
}

/**
 * @param {string} from
 * @param {string} to
 */
function moveAll(from, to) {
  for (const pid of read(from, 'cgroup.procs')) {
    try {
      writeFileSync(join(to, 'cgroup.procs'), pid);
    } catch (error) {
      // It has ended in the meantime.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  }
}
