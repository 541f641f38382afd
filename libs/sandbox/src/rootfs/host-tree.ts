import { lstatSync, readlinkSync, type Stats } from 'node:fs';

/** Where programs and libraries live beside /usr: links into it on merged systems, directories on others. */
const PROGRAM_DIRECTORIES = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'] as const;

/** What programs need of the host's /etc. Nothing here is secret, and nothing else is shown. */
const ETC_ENTRIES = [
  'alternatives',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'perl',
  'protocols',
  'services',
  'timezone',
] as const;

/** Configuration that language run-times refuse to start without. */
const ETC_PREFIXES = ['java-', 'python'] as const;

/** One entry of the host that the root shows: a link to copy, or a file or directory to bind. */
export type HostEntry =
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'file' | 'directory'; readonly path: string };

/** Looks at what this host has, so that the plan can be made without a guess. Paths have no leading slash. */
export function readHostTree(listEtc: () => readonly string[]): readonly HostEntry[] {
  const etc = [
    ...ETC_ENTRIES,
    ...listEtc().filter((name) => ETC_PREFIXES.some((prefix) => name.startsWith(prefix))),
  ];
  const paths = ['usr', ...PROGRAM_DIRECTORIES, ...etc.map((name) => `etc/${name}`)];
  return paths.flatMap((path) => readEntry(path) ?? []);
}

function readEntry(path: string): HostEntry | undefined {
  const stats: Stats | undefined = lstatSync(`/${path}`, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return { kind: 'link', path, target: readlinkSync(`/${path}`) };
  return { kind: stats.isDirectory() ? 'directory' : 'file', path };
}
