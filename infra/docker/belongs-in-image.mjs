/** Of a package: what its makers and readers need, and no program does. */
const FOLDERS_ASIDE = [
  '.github',
  'benchmark',
  'benchmarks',
  'doc',
  'docs',
  'example',
  'examples',
  'test',
  'tests',
];

/** Documents, declarations, source maps, and sources of what is compiled. */
const FILES_ASIDE =
  /\.(?:md|markdown|map|ts|mts|cts|tsx|c|cc|cpp|h|hh|hpp|inc|S|asm|gyp|gypi|cmake|txt|yml|tsbuildinfo)$/;

/** A licence comes with every copy, whatever it is called. */
const LICENCE = /^(?:licen[cs]e|copying|notice)/i;

/** Koffi brings its addon for both C libraries; the image has the one of GNU. */
const OTHER_C_LIBRARY = /^musl_/;

/**
 * Says which files of a package run in production.
 *
 * @param {string} path in the package, without a leading slash
 */
export function belongsInImage(path) {
  const parts = path.split('/');
  const [top = ''] = parts;
  const name = parts.at(-1) ?? '';
  if (LICENCE.test(name)) return true;
  if (parts.length > 1 && (FOLDERS_ASIDE.includes(top) || OTHER_C_LIBRARY.test(top))) return false;
  return !FILES_ASIDE.test(name) && !name.startsWith('.');
}
