import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedQueue } from '../src/index.js';

/** See `fixtures/full-disk.ts`. */
interface Seen {
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
  readonly refusal: string;
  readonly ping: string;
  readonly later: string;
  readonly during: string;
  readonly foundWhileFull: number;
  readonly found: number;
  readonly first: string;
  readonly firstState: string;
  readonly runsOfFirst: number;
  readonly attempts: number;
}

const CAN_MOUNT = spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
const MUST_RUN = process.env['SANDLOT_MUST_RUN'] === '1';

describe('the embedded queue on a full disk', () => {
  let base: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'sandlot-full-'));
  });
  afterEach(async () => rm(base, { recursive: true }));

  it.skipIf(!CAN_MOUNT && !MUST_RUN)(
    'says why it refuses, goes on by itself once there is room, and has exactly what it acknowledged (needs unshare -Urm)',
    async () => {
      const [mountPoint, copy] = [join(base, 'mount'), join(base, 'copy')];
      await Promise.all([mkdir(mountPoint), mkdir(copy)]);
      const script = join(import.meta.dirname, 'fixtures/full-disk.ts');
      const node = [process.execPath, '--conditions=development', '--import', 'tsx'];
      await promisify(execFile)('unshare', ['-Urm', ...node, script, mountPoint, copy]);
      const seen = JSON.parse(await readFile(join(copy, 'seen.json'), 'utf8')) as Seen;

      const cause = `InfrastructureError: Cannot write the queue's journal ${join(mountPoint, 'queue/journal-00000001')}: ENOSPC`;
      for (const said of [seen.refusal, seen.ping, seen.later]) {
        expect(said).toContain(cause);
        expect(said).toMatch(/Free space on its file system/);
      }
      expect(seen).toMatchObject({ foundWhileFull: 0, found: 0 });
      expect(seen.rejected).toHaveLength(7);
      expect(seen.accepted).toHaveLength(13);
      // A result that could not be written is not told, is not lost, and its job does not run twice.
      expect(seen).toMatchObject({
        during: 'starting',
        firstState: 'succeeded',
        runsOfFirst: 1,
        attempts: 1,
      });

      const queue = await createEmbeddedQueue({ dataDir: copy });
      for (const id of seen.accepted) expect(await queue.find(id), `accepted ${id}`).toBeDefined();
      for (const id of seen.rejected) expect(await queue.find(id), `rejected ${id}`).toBeUndefined();
      expect((await queue.find(seen.first))?.state).toBe('succeeded');
      expect(await queue.counts()).toMatchObject({ succeeded: 1, queued: seen.accepted.length - 1 });
      await queue.close();
    },
    60_000,
  );
});
