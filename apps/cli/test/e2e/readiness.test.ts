import { createClient } from '@sandlot/client';
import { requireProgram } from '@sandlot/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { startRedis } from '../support/redis.js';
import { Services, type Service } from '../support/service.js';
import { until } from '../support/until.js';

const hasRedis = requireProgram('redis-server', 'redis-server');

/** Where a process answers for its health, as it says itself. */
function healthOf({ process: { stdout } }: Service): string {
  return /^ {2}health +(\S+)$/m.exec(stdout)?.[1] ?? 'no health listener';
}

/** Status, and the document or text. */
async function ask(url: string): Promise<readonly [number, string]> {
  const response = await fetch(url);
  return [response.status, await response.text()];
}

describe.runIf(hasCells && hasRedis)('a worker alone', () => {
  const services = new Services();
  let redis: Awaited<ReturnType<typeof startRedis>> | undefined;
  let env: Record<string, string>;

  beforeEach(async () => {
    redis = await startRedis(await services.makeDirectory());
    env = {
      SANDLOT_QUEUE: redis.url,
      SANDLOT_DATA_DIR: await services.makeDirectory(),
      SANDLOT_CONCURRENCY: '1',
      SANDLOT_CGROUP: 'none',
      SANDLOT_HEALTH_LISTEN: '127.0.0.1:0',
    };
  });
  afterEach(async () => {
    await services.closeAll();
    await redis?.close();
  });

  it('takes no jobs below the minimum tier, and says why at /readyz, in its metrics and once in its log', async () => {
    const [api, worker] = await Promise.all([
      services.start('api', env),
      services.start('worker', { ...env, SANDLOT_MINIMUM_TIER: 'T0' }),
    ]);
    const client = createClient({ baseUrl: api.address });
    const { id } = await client.submit({ argv: ['true'] });
    const health = healthOf(worker);
    const [status, problem] = await ask(`${health}/readyz`);
    expect(status).toBe(503);
    expect(JSON.parse(problem)).toMatchObject({
      code: 'not-ready',
      errors: [
        {
          field: 'worker',
          message: expect.stringMatching(
            /^the isolation tier here is T1, and SANDLOT_MINIMUM_TIER=T0 wants.*cgroup: .*SANDLOT_CGROUP=none.*Unset SANDLOT_CGROUP\./,
          ) as string,
        },
      ],
    });
    await ask(`${health}/readyz`);
    expect((await ask(`${health}/healthz`))[0]).toBe(200);
    const [, metrics] = await ask(`${health}/metrics`);
    expect(metrics).toContain('sandlot_isolation_tier{tier="T1"} 1');
    expect(metrics).toContain('sandlot_worker_ready 0');
    expect(worker.process.stderr.match(/no jobs are taken/g)).toHaveLength(1);
    expect((await client.get(id)).state).toBe('queued');

    const other = await services.start('worker', { ...env, SANDLOT_MINIMUM_TIER: 'T1' });
    expect((await client.waitFor(id, { signal: AbortSignal.timeout(10_000) })).state).toBe('succeeded');
    expect((await ask(`${healthOf(other)}/readyz`))[0]).toBe(200);
    expect((await ask(`${healthOf(other)}/metrics`))[1]).toContain('sandlot_worker_ready 1');
  });

  it('lets the job it runs end after SIGTERM, is not ready meanwhile, takes no other, and exits 0', async () => {
    const [api, worker] = await Promise.all([services.start('api', env), services.start('worker', env)]);
    const client = createClient({ baseUrl: api.address });
    const { id } = await client.submit({ argv: ['sleep', '2'] });
    await until('the job to run', async () => (await client.get(id)).state === 'running');
    worker.process.child.kill('SIGTERM');
    const { id: later } = await client.submit({ argv: ['true'] });
    const [status, problem] = await until('it to drain', async () => {
      const answer = await ask(`${healthOf(worker)}/readyz`);
      return answer[0] === 503 && answer;
    });
    expect([status, JSON.parse(problem)]).toMatchObject([503, { errors: [{ message: 'is shutting down' }] }]);
    expect((await ask(`${healthOf(worker)}/healthz`))[0]).toBe(200);
    expect(await worker.process.ended).toMatchObject({ code: 0 });
    expect(await client.get(id)).toMatchObject({ state: 'succeeded', attempts: [{ number: 1 }] });
    expect((await client.get(later)).state).toBe('queued');
  });

  it('gives a job back that takes longer than the grace, and another worker runs it', async () => {
    const [api, worker] = await Promise.all([
      services.start('api', env),
      services.start('worker', { ...env, SANDLOT_GRACE_MS: '300' }),
    ]);
    const client = createClient({ baseUrl: api.address });
    const argv = ['/bin/sh', '-c', '[ "$SANDLOT_ATTEMPT" = 1 ] && sleep 30; echo done'];
    const { id } = await client.submit({ argv });
    await until('the job to run', async () => {
      const job = await client.get(id);
      return job.state === 'running';
    });
    const begun = performance.now();
    worker.process.child.kill('SIGTERM');
    expect(await worker.process.ended).toMatchObject({ code: 0 });
    expect(performance.now() - begun).toBeLessThan(5_000);
    await services.start('worker', env);
    const job = await client.waitFor(id, { signal: AbortSignal.timeout(10_000) });
    expect(job).toMatchObject({
      state: 'succeeded',
      attempts: [{ cause: { code: 'worker-draining' } }, { number: 2 }],
    });
  });
});
