/** Beyond so many it is as cheap to look again. */
const MAX_KNOWN = 4096;

/**
 * Paths that were seen to be directories, so that the way to a file need not be looked at again and again. The guest is
 * alone in its cell, and only renaming and removing make another thing of a directory: then all is forgotten.
 */
export class KnownDirectories {
  readonly #paths = new Set<string>();

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  add(path: string): void {
    if (this.#paths.size >= MAX_KNOWN) this.forget();
    this.#paths.add(path);
  }

  forget(): void {
    this.#paths.clear();
  }
}
