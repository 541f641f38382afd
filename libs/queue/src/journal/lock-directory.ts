import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InfrastructureError } from '@sandlot/engine';

const LOCK = 'lock';
/** How long another process may take between its last look at a stale lock and replacing it. */
const SETTLE_MS = 100;

/** A directory that is ours alone until `release`. */
export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Locks a directory against other processes, in whatever container, with a listening unix socket named `lock`.
 * The kernel closes the socket with its process, however that ends, so a lock can be told from the remains of
 * one: nobody answers a connect(2). link(2) puts the socket in place, since it fails if there is one already.
 *
 * @throws {InfrastructureError} `queue-unavailable` if a living process holds the lock.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const handle = await open(directory, 'r');
  // A socket's path has 107 bytes at most (unix(7)); this way any directory is short.
  const at = (name: string): string => `/proc/self/fd/${handle.fd}/${name}`;
  const own = `lock-${process.pid}-${randomBytes(4).toString('hex')}`;
  const server = await listen(at(own));
  const release = async (): Promise<void> => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await handle.close();
  };
  try {
    await takePlace(at(own), at(LOCK), join(directory, LOCK));
    return {
      release: async () => {
        await unlink(at(LOCK));
        await release();
      },
    };
  } catch (thrown) {
    await release();
    throw thrown;
  }
}

async function takePlace(own: string, place: string, shown: string): Promise<void> {
  const { ino } = await lstat(own);
  for (;;) {
    if (await linked(own, place)) return unlink(own);
    const found = await inode(place);
    const holder = await knock(place);
    if (holder === 'alive') throw inUse(shown);
    // Replace what a dead process left, unless somebody else just did.
    if (holder === 'gone' || (await inode(place)) !== found) continue;
    await rename(own, place);
    await delay(SETTLE_MS);
    if ((await inode(place)) === ino) return;
    throw inUse(shown);
  }
}

async function linked(own: string, place: string): Promise<boolean> {
  try {
    await link(own, place);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  return server;
}

async function inode(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).ino;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** Whether somebody listens at `path`, nobody any more, or there is nothing. */
async function knock(path: string): Promise<'alive' | 'dead' | 'gone'> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('alive');
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      // Anything else, as a full backlog (EAGAIN), comes from a living holder.
      resolve(code === 'ECONNREFUSED' ? 'dead' : code === 'ENOENT' ? 'gone' : 'alive');
    });
  });
}

function inUse(path: string): InfrastructureError {
  return new InfrastructureError(
    'queue-unavailable',
    `Cannot open the embedded queue: another process holds ${path}. Stop it, or give this one another SANDLOT_DATA_DIR; for several processes use SANDLOT_QUEUE=redis://…`,
  );
}
