import { checkMachine } from './check-machine.mjs';
import { installDependencies } from './install-dependencies.mjs';
import { runTarget } from './run-target.mjs';
import { SetUpError } from './set-up-error.mjs';

/**
 * Makes a fresh clone ready to run: dependencies, native/ and TypeScript. Quick when nothing changed.
 *
 * @param {(line: string) => void} say
 * @throws {SetUpError}
 */
export async function setUp(say) {
  await prepare(say);
  const { ok, output } = await build();
  if (!ok) throw new SetUpError('Cannot build native/ and TypeScript: see the failed target above.', output);
}

/**
 * The part before the build: everything that later steps run with is there.
 *
 * @param {(line: string) => void} say
 * @throws {SetUpError}
 */
export async function prepare(say) {
  checkMachine();
  await withPlainUmask(() => installDependencies(say));
}

/** Builds native/ and the TypeScript of every project. */
export function build() {
  return withPlainUmask(() => runTarget('build'));
}

/**
 * Under umask 077 a checkout set up by root could be read by nobody else, and cells run as somebody else.
 *
 * @template T
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function withPlainUmask(action) {
  const previous = process.umask(0o022);
  try {
    return await action();
  } finally {
    process.umask(previous);
  }
}
