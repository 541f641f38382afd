import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** From `src/payload` and `dist/payload` alike. */
const DIRECTORY = join(import.meta.dirname, '../../payload');

/** The two builds of the payload program: the static one for cells, one with ASan and UBSan for the host. */
export const PAYLOAD_BUILDS = { plain: 'payload', sanitized: 'payload-sanitized' } as const;
export type PayloadBuild = keyof typeof PAYLOAD_BUILDS;

const building = new Map<PayloadBuild, Promise<string>>();

/**
 * The path of the hostile payload program, built if it is missing or older than its source. Safe in several
 * test processes at once: make puts the finished program in place by one rename. `payload` alone lists its verbs.
 *
 * @throws {Error} if it cannot be built, with the compiler's own words.
 */
export function payloadPath(build: PayloadBuild = 'plain'): Promise<string> {
  const path = building.get(build) ?? make(build);
  building.set(build, path);
  return path;
}

async function make(build: PayloadBuild): Promise<string> {
  const target = `build/${PAYLOAD_BUILDS[build]}`;
  try {
    await promisify(execFile)('make', ['--no-print-directory', '-C', DIRECTORY, target]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot build the payload program in ${DIRECTORY}: ${reason}. It needs make, a C compiler and the static C library: apt-get install make gcc libc6-dev`,
      { cause },
    );
  }
  return join(DIRECTORY, target);
}
