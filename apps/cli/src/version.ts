import { createRequire } from 'node:module';

/** The version of this package. */
export function readVersion(): string {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string }; // our own file
  return version;
}
