import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lets the owner change a tree: Go's module cache is read-only.
 *
 * @param {string} directory
 */
export function chmodTree(directory) {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
}
