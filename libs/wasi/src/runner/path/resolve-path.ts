import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { ERRNO, fail } from '../errno.js';

/** As in Linux. */
const MAX_LINKS = 40;

/** A path of the guest, led through the file tree. */
export interface ResolvedPath {
  /** Absolute, without dots, and without links but for the last name if it was not to be followed. */
  readonly path: string;
  /** The last name is a dot or two: what is meant has no name that could be removed. */
  readonly isDot: boolean;
  /** A slash stood at the end and nothing is there yet: it can only become a directory. */
  readonly wantsDirectory: boolean;
}

/**
 * Leads a path of the guest through the file tree, name by name, below a directory. Dots are taken as the kernel takes
 * them, after the links before them. A path that leaves the directory, if only to come back, ends with errno `perm`.
 *
 * No race matters here: there is one guest in a cell, with one thread. The wall around it is the cell.
 *
 * @param follow whether a link that the last name is shall be followed
 */
export function resolvePath(directory: string, path: string, follow: boolean): ResolvedPath {
  const walk = new Walk(directory);
  if (path.startsWith('/')) fail(ERRNO.perm);
  walk.push(path);
  let last = '.';
  for (let name = walk.next(); name !== undefined; name = walk.next()) {
    last = name;
    walk.step(name, follow || walk.endsWithSlash);
  }
  const isDot = last === '.' || last === '..';
  return { path: walk.path, isDot, wantsDirectory: walk.endsWithSlash && walk.checkDirectory() };
}

/** A walk down from a directory: the names taken and the names ahead. */
class Walk {
  readonly #root: string;
  readonly #taken: string[] = [];
  /** The next one last. */
  readonly #ahead: string[] = [];
  #links = 0;
  endsWithSlash = false;

  constructor(root: string) {
    this.#root = root;
  }

  get path(): string {
    const base = this.#root === '/' && this.#taken.length > 0 ? '' : this.#root;
    return [base, ...this.#taken].join('/');
  }

  /** Puts the names of a path before those ahead. */
  push(path: string): void {
    const names = path.split('/').filter((name) => name !== '');
    // What a slash at the end asks for is for the last path to say.
    if (this.#ahead.length === 0) this.endsWithSlash ||= path.endsWith('/');
    this.#ahead.push(...names.reverse());
  }

  next(): string | undefined {
    return this.#ahead.pop();
  }

  step(name: string, followLast: boolean): void {
    if (name === '.') return;
    if (name === '..') {
      if (this.#taken.pop() === undefined) fail(ERRNO.perm);
      return;
    }
    this.#taken.push(name);
    const isLast = this.#ahead.length === 0;
    if (isLast && !followLast) return;
    const stats = this.#lstat();
    if (stats?.isSymbolicLink() === true) this.#follow();
    else if (!isLast) requireDirectory(stats);
  }

  /** Whether nothing is there; a directory may be. */
  checkDirectory(): boolean {
    const stats = this.#lstat();
    if (stats?.isDirectory() === false) fail(ERRNO.notdir);
    return stats === undefined;
  }

  #follow(): void {
    this.#links += 1;
    if (this.#links > MAX_LINKS) fail(ERRNO.loop);
    const target = readlinkSync(this.path);
    if (target.startsWith('/')) fail(ERRNO.perm);
    this.#taken.pop();
    this.push(target);
  }

  #lstat(): Stats | undefined {
    return lstatSync(this.path, { throwIfNoEntry: false });
  }
}

function requireDirectory(stats: Stats | undefined): void {
  if (stats === undefined) fail(ERRNO.noent);
  if (!stats.isDirectory()) fail(ERRNO.notdir);
}
