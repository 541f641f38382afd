import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client } from '@sandlot/client';
import type { JobState } from '@sandlot/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { findProcesses } from '../support/find-processes.js';
import { Services } from '../support/service.js';
import { until } from '../support/until.js';

const shell = (script: string) => ['/bin/sh', '-c', script];

describe.runIf(hasCells)('a service that goes down and comes back', () => {
  const services = new Services();
  const makeEnvironment = async (graceMs: number) => ({
    SANDLOT_DATA_DIR: join(await services.makeDirectory(), 'data'),
    SANDLOT_CONCURRENCY: '4',
    SANDLOT_GRACE_MS: String(graceMs),
  });
  afterAll(() => services.closeAll());

  it('finishes all jobs it had accepted before it was killed, and leaves no process of theirs', async () => {
    const env = await makeEnvironment(0);
    const first = await services.start('serve', env);
    const before = createClient({ baseUrl: first.address });
    const marker = `sleep 1.${process.pid}`;
    const jobs = await Promise.all(
      Array.from(
        { length: 8 },
        async (_, index) => await before.submit({ argv: shell(`echo ${index}; ${marker}; true`) }),
      ),
    );
    await until('payloads to run', () => findProcesses(marker).length >= 4);
    await services.crash(first);
    await until('the cells to be dead', () => findProcesses(marker).length === 0, 1_000);
    const second = await services.start('serve', env);
    const after = createClient({ baseUrl: second.address });
    const ended = await Promise.all(jobs.map(async ({ id }) => await after.waitFor(id)));
    expect(ended.map(({ state, output }) => ({ state, stdout: output?.stdout }))).toEqual(
      jobs.map((_, index) => ({
        state: 'succeeded',
        stdout: { encoding: 'utf8', text: `${index}\n`, bytes: 2, truncated: false },
      })),
    );
    expect(ended.filter(({ attempts }) => attempts.length > 1).length).toBeGreaterThanOrEqual(4);
  });

  it('lets running jobs end when it is told to stop, refuses new ones, and exits 0', async () => {
    const env = await makeEnvironment(10_000);
    const first = await services.start('serve', env);
    const client = createClient({ baseUrl: first.address });
    const waiting = client.submit({ argv: shell('echo ready; sleep 1; echo done') }, { waitSeconds: 20 });
    const { id } = await client.submit({ argv: shell('echo ready; sleep 1; echo done') });
    await until('the job to run', async () => (await client.get(id)).state === 'running');
    const following = lastState(client, id);
    first.process.child.kill('SIGTERM');
    await until(
      'a refusal',
      async () =>
        await client.submit({ argv: ['true'] }).then(
          () => false,
          () => true,
        ),
    );
    // Whoever waits or follows is told the end.
    expect(await waiting).toMatchObject({ state: 'succeeded' });
    expect(await following).toBe('succeeded');
    expect(await first.process.ended).toMatchObject({ code: 0, signal: null });
    const second = await services.start('serve', env);
    expect(await createClient({ baseUrl: second.address }).get(id)).toMatchObject({
      state: 'succeeded',
      output: { stdout: { text: 'ready\ndone\n' } },
      attempts: [{ number: 1 }],
    });
  });

  it('takes signals that come at once for one, and a later one for haste', async () => {
    const { process: service, address } = await services.start('serve', await makeEnvironment(30_000));
    const client = createClient({ baseUrl: address });
    const { id } = await client.submit({ argv: ['sleep', '9'] });
    await until('the job to run', async () => (await client.get(id)).state === 'running');
    // Two of a kind could become one in the kernel already.
    service.child.kill('SIGINT');
    service.child.kill('SIGTERM');
    await until('the shutdown to begin', () => service.stderr.includes('shutting down'));
    await sleep(400);
    expect(service.child.exitCode).toBeNull();
    service.child.kill('SIGINT');
    expect(await service.ended).toMatchObject({ code: 1, signal: null });
    expect(service.stderr.match(/a second signal/g)).toHaveLength(1);
  });

  it('gives jobs back that do not end within the grace, and finishes them after the restart', async () => {
    const env = await makeEnvironment(100);
    const first = await services.start('serve', env);
    const client = createClient({ baseUrl: first.address });
    const { id } = await client.submit({
      // The first attempt would take long; the second one is over soon.
      argv: shell('[ "$SANDLOT_ATTEMPT" = 1 ] && sleep 60; echo done'),
      limits: { wallTimeMs: 60_000 },
    });
    await until('the job to run', async () => (await client.get(id)).state === 'running');
    first.process.child.kill('SIGINT');
    expect(await first.process.ended).toMatchObject({ code: 0 });
    const second = await services.start('serve', env);
    const job = await createClient({ baseUrl: second.address }).waitFor(id);
    expect(job).toMatchObject({ state: 'succeeded', output: { stdout: { text: 'done\n' } } });
    expect(job.attempts[0]).toMatchObject({ cause: { code: 'worker-draining' } });
  });
});

async function lastState(client: Client, id: string): Promise<JobState | undefined> {
  let last: JobState | undefined;
  for await (const { event } of client.events(id)) if (event.type === 'state') last = event.state;
  return last;
}
