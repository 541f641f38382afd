import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type Client } from '@sandlot/client';
import { requireProgram } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { descendantsOf, lookInto } from '../support/look-into-process.js';
import { makeKey } from '../support/make-key.js';
import { startRedis } from '../support/redis.js';
import { Services, type Service } from '../support/service.js';
import { until } from '../support/until.js';

const hasRedis = requireProgram('redis-server', 'redis-server');

/** In everything that the service shall keep to itself. */
const SECRET = `hush${randomBytes(8).toString('hex')}`;
/** Matches it, and is not matched by it: so it may stand in a job. */
const PATTERN = `[h]${SECRET.slice(1)}`;

/** Shows all that a payload can see of processes, and looks for the secret in every file there is. (Words that tell of
 * a find are written so that this text, which is an argument of the payload, does not have them.) */
const DUMP = `
for p in /proc/[0-9]* /proc/self; do
  for f in environ cmdline maps status mountinfo cgroup; do echo "== $p/$f"; cat $p/$f; done
  ls -l $p/fd $p/cwd $p/root $p/exe
done
echo == variables; set; export
echo == sockets; cat /proc/net/unix /proc/net/tcp
echo == files; ls -la / /etc /tmp /run /box /dev /var /home /root
find_in_files() { grep -rlsE -D skip --exclude-dir=proc --exclude-dir=usr -e "$1" /; }
[ -z "$(find_in_files '${PATTERN}')" ] || echo FOUND''-IN-A-FILE
[ -z "$(find_in_files '[a] file of the job')" ] || echo SEARCHED''-FILES
[ -z "$(grep -lsE -e '${PATTERN}' /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/[0-9]*/maps)" ] || echo FOUND''-IN-PROC
echo == end
`;

describe.runIf(hasCells && hasRedis)('what the service keeps to itself', () => {
  const services = new Services();
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let service: Service;
  let client: Client;
  let directory: string;
  let digest: string;

  beforeAll(async () => {
    directory = await services.makeDirectory();
    const file = join(directory, `keys-${SECRET}.json`);
    const apiKey = await makeKey(file, SECRET, 'admin');
    digest = /"sha256": "([0-9a-f]{64})"/.exec(await readFile(file, 'utf8'))?.[1] ?? 'missing';
    redis = await startRedis(directory, SECRET);
    service = await services.start('serve', {
      SANDLOT_DATA_DIR: join(directory, `data-${SECRET}`),
      SANDLOT_QUEUE: redis.url,
      SANDLOT_API_KEYS_FILE: file,
      SANDLOT_API_KEY: `sandlot_${SECRET}`,
      REDIS_URL: `redis://user:${SECRET}@127.0.0.1:6379/0`,
      AWS_SECRET_ACCESS_KEY: SECRET,
      SANDLOT_CONCURRENCY: '2',
      SANDLOT_CGROUP: 'none',
    });
    client = createClient({ baseUrl: service.address, apiKey });
  }, 60_000);
  afterAll(async () => {
    await services.closeAll();
    await redis.close();
  });

  it('is in the service itself, so that looking for it means something', async () => {
    const { environ, memory } = await lookInto(service.process.child.pid ?? 0);
    expect(environ.includes(SECRET)).toBe(true);
    expect(memory.length === 0 || memory.includes(SECRET)).toBe(true);
  });

  it('is in no environment, argument, mapping, descriptor or file that a payload sees', async () => {
    const job = await client.submit(
      {
        argv: ['/bin/sh', '-c', DUMP],
        files: [{ path: 'control', content: 'a file of the job' }],
        limits: { outputBytes: 8_000_000, wallTimeMs: 60_000 },
      },
      { waitSeconds: 60 },
    );
    const { stdout, stderr } = job.output ?? {};
    const seen = [stdout, stderr].map((output) => {
      if (output?.encoding === 'utf8') return output.text;
      return Buffer.from(output?.base64 ?? '', 'base64').toString('latin1');
    });
    const text = seen.join('\n');
    // The payload did look, and saw itself.
    expect(text).toContain('== /proc/self/environ');
    expect(text).toContain('SANDLOT_ATTEMPT=1');
    expect(text).toContain('SEARCHED-FILES');
    expect(text).toContain('== end');
    expect(stdout?.truncated).toBe(false);
    for (const secret of [
      SECRET,
      digest,
      directory,
      'FOUND-IN',
      'REDIS_URL',
      'AWS_',
      'SANDLOT_QUEUE',
      'SANDLOT_API',
    ]) {
      expect([secret, text.includes(secret)]).toEqual([secret, false]);
    }
  }, 90_000);

  it('is in none of the processes that make up a cell, looked at from outside', async () => {
    const { id } = await client.submit({ argv: ['sleep', '30'] });
    await until('the payload to run', async () => (await client.get(id)).state === 'running');
    const pids = await descendantsOf(service.process.child.pid ?? 0);
    const looks = await Promise.all(pids.map(async (pid) => ({ pid, ...(await lookInto(pid)) })));
    const named = looks.filter(({ cmdline }) => cmdline.toString().startsWith('sleep\0'));
    // Slots, the cell, the payload.
    expect(named).toHaveLength(1);
    expect(pids.length).toBeGreaterThanOrEqual(4);
    for (const { pid, environ, cmdline, maps, descriptors, memory } of looks) {
      for (const bytes of [environ, cmdline, maps, memory]) {
        expect([pid, bytes.includes(SECRET), bytes.includes(digest)]).toEqual([pid, false, false]);
      }
      expect(descriptors.filter((target) => target.includes(SECRET) || target.includes(directory))).toEqual(
        [],
      );
    }
    expect(named[0]?.descriptors.filter((target) => !/^pipe:|^\/dev\/null$/.test(target))).toEqual([]);
    await client.cancel(id, { waitSeconds: 10 });
  }, 60_000);
});
