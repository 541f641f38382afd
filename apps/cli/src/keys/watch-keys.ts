import { KeyRing } from '@sandlot/api';
import type { Logger } from 'pino';
import { keysFileVersion, readKeysFile, type KeysFile } from './read-keys-file.js';

/** A key that was added or revoked counts after this time. Unit: ms. */
const LOOK_MS = 1_000;

/** The keys of a running service. */
export interface WatchedKeys {
  /** Those of the file as it was last found good. */
  readonly current: () => KeyRing;
  readonly close: () => Promise<void>;
}

/**
 * Reads the file of keys, and again whenever it changes. (By looking at it, once a second: that also sees a file
 * that is replaced through a symbolic link, as Kubernetes does, and one on a network.) A change for the worse is logged
 * and alters nothing: a slip must neither lock everybody out nor let everybody in.
 *
 * @throws {CommandError} if the file cannot be used to begin with.
 */
export async function watchKeys(path: string, logger: Logger): Promise<WatchedKeys> {
  let seen: string | undefined;
  const take = ({ entries, version, warnings }: KeysFile): KeyRing => {
    seen = version;
    for (const warning of warnings) logger.warn(warning);
    return new KeyRing(entries);
  };
  let ring = take(await readKeysFile(path));
  const look = async (): Promise<void> => {
    const version = await keysFileVersion(path);
    if (version === seen) return;
    seen = version;
    try {
      ring = take(await readKeysFile(path));
      logger.info({ keys: ring.size }, 'the API keys have changed');
    } catch (err) {
      logger.error({ err }, 'the API keys cannot be read again, those of before stay in force');
    }
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look().finally(() => (looking = undefined));
  }, LOOK_MS).unref();
  return {
    current: () => ring,
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
