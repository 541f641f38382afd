/** The chart's API and worker as two pods with a Redis between them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { requireFeature, requireProgram, startRedis } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../dev/setup/workspace.mjs';
import { programInPod } from './program-in-pod.mjs';
import { POD_TEST_MS, canRunPods } from './run-pod.mjs';
import { REDIS, WorkerImage, rendered, runPod } from './worker-pod.mjs';

/** @typedef {import('./api-program.mjs').Answered} Answered */
/** @typedef {import('./worker-program.mjs').Stopped} Stopped */

process.env['PATH'] += ':/usr/sbin:/sbin';

const canRun =
  requireProgram('redis-server', 'redis-server') &&
  requireFeature({
    feature: 'a user namespace with subordinate ids, in which a plain user starts pods',
    remedy:
      'apt-get install uidmap, and as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER',
    isPresent: canRunPods(),
  });

const STOP_FILE = join(REDIS, 'stop');

/**
 * A key of the API, and the directory of the Secret that has its digest.
 *
 * @param {string} directory
 */
function createKey(directory) {
  const command = ['keys', 'create', '--tenant', 'tests', '--scope', 'jobs:write,jobs:read', '--json'];
  const env = { ...process.env, SANDLOT_API_KEYS_FILE: '' };
  const text = execFileSync(process.execPath, [join(ROOT, 'apps/cli/bin/sandlot.js'), ...command], { env });
  const { key, entry } = /** @type {{ key: string, entry: object }} */ (JSON.parse(text.toString()));
  mkdirSync(directory);
  writeFileSync(join(directory, 'keys.json'), JSON.stringify({ keys: [entry] }), { mode: 0o444 });
  return key;
}

describe.runIf(canRun)('the chart’s API and worker', { timeout: POD_TEST_MS }, () => {
  /** @type {WorkerImage} */
  let image;
  /** @type {string} */
  let directory;
  beforeAll(() => {
    image = new WorkerImage();
    directory = mkdtempSync(join(tmpdir(), 'sandlot-service-'));
    chmodSync(directory, 0o755);
  });
  afterAll(() => {
    image.remove();
    rmSync(directory, { recursive: true });
  });

  it.each(/** @type {const} */ (['runc', 'crun']).filter((runtime) => requireProgram(runtime, runtime)))(
    'share jobs over Redis under %s, and a worker that is stopped ends the one it has',
    async (runtime) => {
      const server = await startRedis('--unixsocketperm', '777');
      const redis = dirname(new URL(server.url).pathname);
      // The pods' users are nobody here.
      chmodSync(redis, 0o777);
      const keys = join(directory, runtime);
      const key = createKey(keys);
      try {
        const [api, worker] = await Promise.all([
          runPod(runtime, rendered('full', 'api'), {
            image,
            keys,
            redis,
            run: programInPod('api-program.mjs', { key, stopFile: STOP_FILE }),
          }),
          runPod(runtime, rendered('full'), {
            image,
            redis,
            env: { SANDLOT_MINIMUM_TIER: '' },
            run: programInPod('worker-program.mjs', { stopFile: STOP_FILE }),
          }),
        ]);
        const said = `${api.stdout}${api.stderr}${worker.stdout}${worker.stderr}`;
        expect([api.stdout[0], worker.stdout[0]], said).toEqual(['{', '{']);
        const answered = /** @type {Answered} */ (JSON.parse(api.stdout));
        expect(answered, said).toMatchObject({
          ready: 200,
          refused: 401,
          first: { state: 'succeeded', output: { stdout: { text: '42\n' } }, tenant: 'tests' },
          drained: { state: 'succeeded', output: { stdout: { text: 'to the end\n' } } },
          waiting: { state: 'queued' },
        });
        expect(JSON.parse(worker.stdout)).toMatchObject({ code: 0 });
      } finally {
        await server.destroy();
      }
    },
  );
});
