export interface Clash {
  readonly index: number;
  readonly path: string;
  /** The same path, or a directory of it. */
  readonly above: string;
}

/** Those of some paths that are another one's, or lie below another one. */
export function findClashes(files: readonly { readonly path: string }[]): readonly Clash[] {
  const sorted = sortedByPath(files.map(({ path }, index) => ({ path, index })));
  let above: string | undefined;
  return sorted.flatMap(({ path, index }): Clash[] => {
    if (above !== undefined && `${path}/`.startsWith(`${above}/`)) return [{ index, path, above }];
    above = path;
    return [];
  });
}

/** In the order of `path/`, so that what lies below a path follows it at once. Stable. */
export function sortedByPath<File extends { readonly path: string }>(
  files: readonly File[],
): readonly File[] {
  const keyed = files.map((file) => ({ file, key: `${file.path}/` }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return keyed.map(({ file }) => file);
}
