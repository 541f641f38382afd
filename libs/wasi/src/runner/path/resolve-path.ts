import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { ERRNO, fail } from '../errno.js';
import type { KnownDirectories } from './known-directories.js';

/** As in Linux. */
const MAX_LINKS = 40;

/** When a link that the last name is shall be followed: a slash after it asks for what it leads to, as in open(2). */
export type Follow = 'always' | 'before-slash' | 'never';

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
 */
export function resolvePath(
  directory: string,
  path: string,
  follow: Follow,
  known: KnownDirectories,
): ResolvedPath {
  if (path.startsWith('/')) fail(ERRNO.perm);
  const walk = new Walk(directory, known);
  walk.push(path);
  let last = '.';
  for (let name = walk.next(); name !== undefined; name = walk.next()) {
    last = name;
    walk.step(name, follow === 'always' || (follow === 'before-slash' && walk.endsWithSlash));
  }
  const isDot = last === '.' || last === '..';
  return { path: walk.path, isDot, wantsDirectory: walk.endsWithSlash && walk.isMissing() };
}

/** A walk down from a directory: the paths passed and the names ahead. */
class Walk {
  readonly #known: KnownDirectories;
  /** From the directory to where the walk is. */
  readonly #passed: string[];
  /** The next one last. */
  readonly #ahead: string[] = [];
  #links = 0;
  endsWithSlash = false;

  constructor(directory: string, known: KnownDirectories) {
    this.#known = known;
    this.#passed = [directory];
  }

  get path(): string {
    return this.#passed.at(-1) ?? fail(ERRNO.perm);
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
    if (name === '..') this.#ascend();
    else this.#descend(name, followLast);
  }

  /** Whether nothing is there. What is there must be a directory. */
  isMissing(): boolean {
    const stats = this.#lstat();
    if (stats?.isDirectory() === false) fail(ERRNO.notdir);
    return stats === undefined;
  }

  #ascend(): void {
    this.#passed.pop();
    if (this.#passed.length === 0) fail(ERRNO.perm);
  }

  #descend(name: string, followLast: boolean): void {
    const path = this.path === '/' ? `/${name}` : `${this.path}/${name}`;
    this.#passed.push(path);
    const isLast = this.#ahead.length === 0;
    if (this.#known.has(path) || (isLast && !followLast)) return;
    const stats = this.#lstat();
    if (stats?.isSymbolicLink() === true) this.#follow();
    else if (stats?.isDirectory() === true) this.#known.add(path);
    else if (!isLast) fail(stats === undefined ? ERRNO.noent : ERRNO.notdir);
  }

  #follow(): void {
    this.#links += 1;
    if (this.#links > MAX_LINKS) fail(ERRNO.loop);
    const target = readlinkSync(this.path);
    if (target.startsWith('/')) fail(ERRNO.perm);
    this.#passed.pop();
    this.push(target);
  }

  #lstat(): Stats | undefined {
    return lstatSync(this.path, { throwIfNoEntry: false });
  }
}
