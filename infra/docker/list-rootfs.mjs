import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ path: string, kind: 'directory' | 'file' | 'link' | 'special', mode: number, bytes: number }} Entry */

/**
 * Lists a root file system.
 *
 * @param {string} rootfs
 * @returns {readonly Entry[]} in the order of folders; paths without a leading slash
 */
export function listRootfs(rootfs) {
  return walk(rootfs, '');
}

/**
 * Does not follow links, as readdir(3) of Node would.
 *
 * @param {string} rootfs
 * @param {string} folder
 * @returns {readonly Entry[]}
 */
function walk(rootfs, folder) {
  return readdirSync(join(rootfs, folder))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const stats = lstatSync(join(rootfs, path));
      const kind = kindOf(stats);
      const entry = { path, kind, mode: stats.mode & 0o7777, bytes: kind === 'file' ? stats.size : 0 };
      return kind === 'directory' ? [entry, ...walk(rootfs, path)] : [entry];
    });
}

/**
 * @param {import('node:fs').Stats} stats
 * @returns {Entry['kind']}
 */
function kindOf(stats) {
  if (stats.isDirectory()) return 'directory';
  if (stats.isFile()) return 'file';
  return stats.isSymbolicLink() ? 'link' : 'special';
}

/**
 * What belongs into no image, and how to see it.
 *
 * @type {readonly (readonly [string, (entry: Entry) => boolean])[]}
 */
const UNWANTED = [
  ['set-user-ID or set-group-ID', ({ kind, mode }) => kind === 'file' && (mode & 0o6000) !== 0],
  ['device, socket or pipe', ({ kind }) => kind === 'special'],
  [
    'writable for everybody',
    ({ kind, mode }) =>
      kind !== 'link' && (mode & 0o002) !== 0 && !(kind === 'directory' && (mode & 0o1000) !== 0),
  ],
  [
    'looks like a secret',
    ({ path }) =>
      /(?:^|\/)(?:\.env|\.npmrc|\.netrc|id_[a-z0-9]+|keys\.json|[^/]+\.(?:pem|key|p12))$/.test(path),
  ],
  ['test', ({ path }) => /^opt\/.*\.test\.[cm]?[jt]s$/.test(path)],
  ['source map or declaration', ({ path }) => /^opt\/.*\.(?:map|[cm]?ts)$/.test(path)],
];

/**
 * @param {readonly Entry[]} entries
 * @returns {readonly string[]} one line for each entry that an image must not hold
 */
export function findUnwanted(entries) {
  return entries.flatMap((entry) =>
    UNWANTED.filter(([, holds]) => holds(entry)).map(([what]) => `/${entry.path}: ${what}`),
  );
}

/**
 * For a person: each entry, then what takes how much.
 *
 * @param {readonly Entry[]} entries
 */
export function describeListing(entries) {
  const lines = entries.map(
    ({ path, kind, mode, bytes }) =>
      `${kind.padEnd(9)} ${mode.toString(8).padStart(4, '0')} ${String(bytes).padStart(10)} /${path}`,
  );
  return `${lines.join('\n')}\n${describeSizes(entries)}`;
}

/** @param {readonly Entry[]} entries */
export function describeSizes(entries) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const { path, bytes } of entries) {
    const place =
      path === 'usr/bin/node'
        ? path
        : path
            .split('/')
            .slice(0, path.startsWith('opt/') ? 3 : 2)
            .join('/');
    sums.set(place, (sums.get(place) ?? 0) + bytes);
  }
  const largest = [...sums].filter(([, bytes]) => bytes > 2 ** 16).sort(([, a], [, b]) => b - a);
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const files = entries.filter(({ kind }) => kind === 'file').length;
  return [
    ...largest.map(([place, bytes]) => `${toMiB(bytes)} /${place}`),
    `${toMiB(total)} in ${files} files`,
    '',
  ].join('\n');
}

/** @param {number} bytes */
function toMiB(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1).padStart(7)} MiB`;
}
