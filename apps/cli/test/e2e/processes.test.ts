import { createClient, type Client } from '@sandlot/client';
import type { JobEvent } from '@sandlot/contract';
import { requireProgram } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { startRedis } from '../support/redis.js';
import { Services, type Service } from '../support/service.js';
import { until } from '../support/until.js';

const shell = (script: string) => ['/bin/sh', '-c', script];
const hasRedis = requireProgram('redis-server', 'redis-server');

/** A dead worker is noticed when its lock lapses (15 s), looked for every 5 s. */
const TAKEOVER_MS = 40_000;

describe.runIf(hasCells && hasRedis)('one API and two workers on a Redis', () => {
  const services = new Services();
  let redis: Awaited<ReturnType<typeof startRedis>> | undefined;
  let api: Service;
  let workers: Service[];
  let client: Client;

  beforeAll(async () => {
    redis = await startRedis(await services.makeDirectory());
    const env = {
      SANDLOT_QUEUE: redis.url,
      SANDLOT_DATA_DIR: await services.makeDirectory(),
      SANDLOT_CONCURRENCY: '1',
      SANDLOT_CGROUP: 'none',
    };
    [api, ...workers] = await Promise.all([
      services.start('api', env),
      services.start('worker', env),
      services.start('worker', env),
    ]);
    client = createClient({ baseUrl: api.address });
  });
  afterAll(async () => {
    await services.closeAll();
    await redis?.close();
  });

  it('says which process does what', () => {
    expect(api.process.stdout).not.toContain('cells');
    expect(workers[0]?.process.stdout).toMatch(/^Sandlot 0\.1\.0: worker \S+-\d+\n {2}cells +1 at once/);
  });

  it('runs jobs on both workers at a time', async () => {
    const jobs = await Promise.all(
      [1, 2].map(async () => await client.submit({ argv: ['sleep', '0.5'] }, { waitSeconds: 10 })),
    );
    const names = jobs.map(({ attempts }) => attempts[0]?.worker);
    expect(jobs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
    expect(new Set(names).size).toBe(2);
  });

  it('gives up a job whose limit no worker can hold, and says so', async () => {
    const job = await client.submit({ argv: ['true'], limits: { cpuCores: 1 } }, { waitSeconds: 20 });
    expect(job).toMatchObject({ state: 'dead', reason: expect.stringContaining('limit-not-enforceable') });
    expect(job.attempts).toHaveLength(4);
    expect(job.attempts[0]?.cause).toMatchObject({
      code: 'limit-not-enforceable',
      message: expect.stringMatching(/^Nothing on this worker can hold limits\.cpuCores \(1\)/),
    });
  }, 30_000);

  it('keeps what is large where API and workers both find it', async () => {
    const content = 'x'.repeat(200_000);
    const job = await client.submit(
      { argv: ['cat', 'large.txt'], files: [{ path: 'large.txt', content }] },
      { waitSeconds: 10 },
    );
    expect(job.output?.stdout).toMatchObject({ bytes: content.length, text: content });
  });

  it('tells the output of a job on another process as it happens, and cancels it', async () => {
    const { id } = await client.submit({ argv: shell('echo ready; sleep 9') });
    const events: JobEvent[] = [];
    const following = (async () => {
      for await (const { event } of client.events(id)) events.push(event);
    })();
    await until('output', () => events.some((event) => event.type === 'output' && event.stream === 'stdout'));
    expect(await client.cancel(id, { waitSeconds: 5 })).toMatchObject({ state: 'cancelled' });
    await following;
    expect(events.at(-1)).toMatchObject({
      type: 'state',
      state: 'cancelled',
      outcome: { kind: 'cancelled' },
    });
  });

  it('runs the job of a worker that died on the other one', { timeout: TAKEOVER_MS + 10_000 }, async () => {
    const { id } = await client.submit({ argv: shell('[ "$SANDLOT_ATTEMPT" = 1 ] && sleep 9; echo done') });
    const running = await until('the job to run', async () => {
      const job = await client.get(id);
      return job.state === 'running' && job;
    });
    const name = running.attempts[0]?.worker ?? '';
    const victim = workers.find(({ process }) => process.stdout.includes(`worker ${name}\n`));
    expect(victim).toBeDefined();
    if (victim !== undefined) await services.crash(victim);
    const job = await client.waitFor(id, { signal: AbortSignal.timeout(TAKEOVER_MS) });
    expect(job).toMatchObject({
      state: 'succeeded',
      output: { stdout: { text: 'done\n' } },
      attempts: [{ worker: name, cause: { code: 'worker-lost' } }, { number: 2 }],
    });
    expect(job.attempts[1]?.worker).not.toBe(name);
  });
});
