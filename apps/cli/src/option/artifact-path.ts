/** A file or directory of the payload's work directory, and its place on this machine. */
export interface ArtifactPath {
  readonly path: string;
  readonly target: string;
  /** Whether the user named the target. */
  readonly isNamed: boolean;
}

/**
 * Reads `PATH[=NAME]`. Without NAME the target is PATH below the current directory. The last `=` counts, so a path
 * that contains one needs a NAME.
 *
 * @throws {RangeError} if PATH or NAME is empty.
 */
export function parseArtifactPath(text: string): ArtifactPath {
  const at = text.lastIndexOf('=');
  const path = at < 0 ? text : text.slice(0, at);
  const target = at < 0 ? path : text.slice(at + 1);
  if (path === '' || target === '') throw new RangeError(`Expected PATH or PATH=NAME, got "${text}"`);
  return { path, target, isNamed: at >= 0 };
}
