import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';

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
  'ssl/openssl.cnf',
  'timezone',
] as const;

/** Configuration that language run-times refuse to start without. */
const ETC_PREFIXES = ['java-', 'python'] as const;

/** What of a file is copied at most. Unit: bytes. The whole list takes a few hundred KiB. */
const COPY_BYTES = 512 * 1024;
const READABLE_BY_ALL = 0o004;

/** One entry of the host that the root shows. */
export type HostEntry =
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'directory'; readonly path: string }
  /** Without content: too large, or not for everybody, so that only the kernel may decide who reads it. */
  | { readonly kind: 'file'; readonly path: string; readonly content?: Uint8Array };

/** Looks at what this host has, so that the plan can be made without a guess. Paths have no leading slash. */
export function readHostTree(): readonly HostEntry[] {
  const etc = [
    ...ETC_ENTRIES,
    ...readdirSync('/etc').filter((name) => ETC_PREFIXES.some((prefix) => name.startsWith(prefix))),
  ];
  const paths = ['usr', ...PROGRAM_DIRECTORIES, ...etc.map((name) => `etc/${name}`)];
  return paths.flatMap((path) => readEntry(path) ?? []);
}

/** The directories among it, as absolute paths. */
export function shownDirectories(): readonly string[] {
  return readHostTree().flatMap(({ kind, path }) => (kind === 'directory' ? [`/${path}`] : []));
}

function readEntry(path: string): HostEntry | undefined {
  const stats: Stats | undefined = lstatSync(`/${path}`, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return { kind: 'link', path, target: readlinkSync(`/${path}`) };
  if (stats.isDirectory()) return { kind: 'directory', path };
  const isCopied = stats.isFile() && stats.size <= COPY_BYTES && (stats.mode & READABLE_BY_ALL) !== 0;
  return { kind: 'file', path, ...(isCopied ? { content: readFileSync(`/${path}`) } : {}) };
}
