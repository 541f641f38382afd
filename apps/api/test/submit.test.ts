import { readdir } from 'node:fs/promises';
import { LIMIT_NAMES, type JobDocument, type Problem } from '@sandlot/contract';
import { InfrastructureError, type SandboxAbilities } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeResult } from './support/result.js';
import { post, startTestApi, until, type TestApi } from './support/test-api.js';

let api: TestApi;
beforeAll(async () => {
  const MiB = 1024 * 1024;
  api = await startTestApi({
    maxima: { wallTimeMs: 20_000, memoryBytes: 512 * MiB, diskBytes: 2 * MiB },
  });
});
afterAll(async () => api.close());

const submit = async (body: unknown, headers?: Record<string, string>): Promise<Response> =>
  await post(`${api.url}/v1/jobs`, body, headers);
const documentOf = async (response: Response): Promise<JobDocument> => (await response.json()) as JobDocument;

describe('POST /v1/jobs', () => {
  it('accepts a job: 202, Location, the spec as understood', async () => {
    const content = Buffer.from([0, 1, 255]).toString('base64');
    const response = await submit({
      argv: ['python3', 'main.py'],
      files: [{ path: 'data/x.bin', content, encoding: 'base64', mode: '600' }],
      stdin: 'hä',
      env: { LANG: 'C' },
      limits: { wallTimeMs: 5000 },
      labels: { course: 'a-1' },
    });
    const job = await documentOf(response);
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/v1/jobs/${job.id}`);
    expect(job).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/) as string,
      state: 'queued',
      cancelRequested: false,
      steps: [],
      attempts: [],
      labels: { course: 'a-1' },
      spec: {
        argv: ['python3', 'main.py'],
        files: [{ path: 'data/x.bin', bytes: 3 }],
        stdin: { bytes: 3 },
        env: { LANG: 'C' },
        limits: { wallTimeMs: 5000, cpuTimeMs: 10_000, memoryBytes: 268_435_456 },
      },
    });
    expect(job.outcome).toBeUndefined();
  });

  it('keeps large contents in the store before it answers', async () => {
    const job = await documentOf(await submit({ argv: ['x'], stdin: 'y'.repeat(100_000) }));
    expect(await api.store.get(job.id, 'stdin-0')).toHaveLength(100_000);
  });

  it('takes back the contents of a job that the queue did not take', async () => {
    const before = await readdir(api.storeDirectory);
    const enqueue = api.queue.enqueue.bind(api.queue);
    api.queue.enqueue = async () => {
      throw new InfrastructureError('queue-unavailable', 'Cannot reach the queue');
    };
    const response = await submit({ argv: ['x'], stdin: 'y'.repeat(100_000) });
    api.queue.enqueue = enqueue;
    expect(response.status).toBe(503);
    expect(await readdir(api.storeDirectory)).toEqual(before);
  });

  it('says that the job may have been accepted when the queue did not answer, and what to do', async () => {
    const enqueue = api.queue.enqueue.bind(api.queue);
    let id = '';
    api.queue.enqueue = async (job) => {
      ({ id } = job);
      throw new InfrastructureError('queue-unavailable', 'Cannot accept the job: Command timed out');
    };
    const unkeyed = (await (await submit({ argv: ['x'] })).json()) as Problem;
    expect(unkeyed).toMatchObject({ code: 'queue-unavailable', status: 503 });
    expect(unkeyed.detail).toContain(`The job ${id} may or may not have been accepted. GET /v1/jobs/${id}`);
    const keyed = (await (await submit({ argv: ['x'] }, { 'idempotency-key': 'lost' })).json()) as Problem;
    api.queue.enqueue = enqueue;
    expect(keyed.detail).toContain(
      `The job ${id} may or may not have been accepted. Repeat the request with the`,
    );
    expect(JSON.stringify([keyed, unkeyed])).not.toMatch(/nothing was accepted|timed out/);
    expect(api.log.filter((line) => line.includes('Command timed out'))).toHaveLength(2);
  });

  it('says that there is no job when the queue failed before it was offered one', async () => {
    const reserve = api.queue.reserve.bind(api.queue);
    api.queue.reserve = async () => {
      throw new InfrastructureError('queue-unavailable', 'Cannot look up the idempotency key');
    };
    const problem = (await (await submit({ argv: ['x'] }, { 'idempotency-key': 'r' })).json()) as Problem;
    api.queue.reserve = reserve;
    expect([problem.code, problem.detail]).toEqual([
      'queue-unavailable',
      'The queue cannot be reached, or gave no answer in time. This request has made no job.',
    ]);
  });

  it('refuses limits above the operator’s maximum, all of them at once', async () => {
    const response = await submit({
      argv: ['x'],
      limits: { wallTimeMs: 20_001, memoryBytes: 536_870_913, pids: 4 },
    });
    const problem = (await response.json()) as Problem;
    expect(response.status).toBe(422);
    expect(problem).toMatchObject({
      code: 'limit-above-maximum',
      errors: [
        { field: 'limits.wallTimeMs', message: 'Requested 20001, the maximum is 20000' },
        { field: 'limits.memoryBytes', message: 'Requested 536870913, the maximum is 536870912' },
      ],
    });
  });

  it('refuses a limit above the product’s ceiling the same way', async () => {
    const problem = (await (await submit({ argv: ['x'], limits: { pids: 1e9 } })).json()) as Problem;
    expect(problem).toMatchObject({
      status: 422,
      code: 'limit-above-maximum',
      errors: [{ field: 'limits.pids', message: 'Requested 1000000000, the maximum is 4096' }],
    });
  });
});

describe('a job with steps', () => {
  const build = { name: 'build', argv: ['gcc', 'main.c'], limits: { pids: 32 } };
  const run = { name: 'run', argv: ['./a.out'], stdin: 'in', env: { A: 'b' } };

  it('is accepted, each step with its limits as understood', async () => {
    const job = await documentOf(
      await submit({ steps: [build, run], limits: { wallTimeMs: 3000 }, env: { LANG: 'C' } }),
    );
    expect(job.spec).not.toHaveProperty('argv');
    expect(job.spec).toMatchObject({
      env: { LANG: 'C' },
      limits: { wallTimeMs: 3000, pids: 64 },
      steps: [
        {
          name: 'build',
          argv: ['gcc', 'main.c'],
          stdin: { bytes: 0 },
          env: {},
          limits: { wallTimeMs: 3000, pids: 32 },
        },
        {
          name: 'run',
          argv: ['./a.out'],
          stdin: { bytes: 2 },
          env: { A: 'b' },
          limits: { wallTimeMs: 3000, pids: 64 },
        },
      ],
    });
  });

  it('is refused by the place of a limit above the operator’s maximum or the product’s', async () => {
    const above = (limits: object) => submit({ steps: [build, { ...run, limits }] });
    const response = await above({ wallTimeMs: 20_001 });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: 'limit-above-maximum',
      errors: [{ field: 'steps[1].limits.wallTimeMs', message: 'Requested 20001, the maximum is 20000' }],
    });
    expect(await (await above({ wallTimeMs: 1e9 })).json()).toMatchObject({
      status: 422,
      errors: [
        { field: 'steps[1].limits.wallTimeMs', message: 'Requested 1000000000, the maximum is 20000' },
      ],
    });
  });

  it.each([
    [{ steps: [build], argv: ['x'] }, 'argv'],
    [{ steps: [build], stdin: 'x' }, 'stdin'],
    [{ steps: [build, build] }, 'steps[1].name'],
    [{ steps: [{ ...build, limits: { diskBytes: 65_536 } }] }, 'steps[0].limits.diskBytes'],
  ])('is refused by its faulty field: %#', async (body, field) => {
    const problem = (await (await submit(body)).json()) as Problem;
    expect(problem).toMatchObject({ status: 400, code: 'invalid-request', errors: [{ field }] });
  });
});

describe('a limit that nothing on the worker of this process can hold', () => {
  const names = LIMIT_NAMES.map((name) => [name, name === 'cpuCores' ? 'none' : 'rlimit']);
  const abilities = {
    enforcement: Object.fromEntries(names) as SandboxAbilities['enforcement'],
    seccompProfiles: ['default', 'strict'] as const,
    runtimes: ['native'] as const,
  };
  const limited = { argv: ['x'], limits: { cpuCores: 1.5 } };

  it('is refused: which, its value, why and what to do', async () => {
    await using strict = await startTestApi({ abilities });
    const response = await post(`${strict.url}/v1/jobs`, limited);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: 'limit-not-enforceable',
      remedy: expect.stringContaining('SANDLOT_CGROUP'),
      errors: [
        {
          field: 'limits.cpuCores',
          message: 'Requested 1.5, and nothing on the worker of this service can hold it',
        },
      ],
    });
    expect((await post(`${strict.url}/v1/jobs`, { argv: ['x'] })).status).toBe(202);
    const steps = [
      { name: 'a', argv: ['x'] },
      { name: 'b', ...limited },
    ];
    expect(await (await post(`${strict.url}/v1/jobs`, { steps })).json()).toMatchObject({
      errors: [{ field: 'steps[1].limits.cpuCores' }],
    });
  });

  it('is accepted where the operator allows that, and where the worker is not known', async () => {
    await using lenient = await startTestApi({ abilities, allowUnenforced: true });
    expect((await post(`${lenient.url}/v1/jobs`, limited)).status).toBe(202);
    expect((await submit(limited)).status).toBe(202);
  });
});

describe('a system call profile', () => {
  it('is refused if the worker of this process does not have it: which it has', async () => {
    const abilities = {
      enforcement: {} as SandboxAbilities['enforcement'],
      seccompProfiles: ['default', 'strict'] as const,
      runtimes: ['native'] as const,
    };
    await using service = await startTestApi({ abilities, allowUnenforced: true });
    const ask = async (seccomp: string) => await post(`${service.url}/v1/jobs`, { argv: ['x'], seccomp });
    expect((await ask('strict')).status).toBe(202);
    expect(await (await ask('operator')).json()).toMatchObject({
      code: 'invalid-request',
      errors: [
        {
          field: 'seccomp',
          message: 'There is no profile "operator" on the worker of this service, only default, strict',
        },
      ],
    });
    expect(await (await ask('none')).json()).toMatchObject({ status: 400, errors: [{ field: 'seccomp' }] });
  });
});

describe('Prefer: wait', () => {
  it('answers 200 with the finished job as soon as it ends', async () => {
    const answer = submit({ argv: ['waited'] }, { prefer: 'respond-async, wait=30' });
    const id = await newestJob('waited');
    await until(() => api.queue.openStreams > 0, 'the request waits');
    api.queue.finish(id, await makeResult(api.store, id, Buffer.alloc(100_000, 'z')));
    const response = await answer;
    const job = await documentOf(response);
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=30');
    expect(job).toMatchObject({
      id,
      state: 'succeeded',
      outcome: { kind: 'exited', exitCode: 0 },
      output: { stdout: { encoding: 'utf8', bytes: 100_000, truncated: false } },
    });
  });

  it('answers 202 with the job as it is when the time is over', async () => {
    const started = performance.now();
    const response = await submit({ argv: ['slow'] }, { prefer: 'wait=1' });
    expect(response.status).toBe(202);
    expect(performance.now() - started).toBeGreaterThan(900);
    expect((await documentOf(response)).state).toBe('queued');
    await until(() => api.queue.openStreams === 0, 'nobody listens any more');
  });

  it('stops waiting when the client goes, and leaves the job alone', async () => {
    const controller = new AbortController();
    const answer = post(`${api.url}/v1/jobs`, { argv: ['left'] }, { prefer: 'wait=60' }, controller.signal);
    const id = await newestJob('left');
    await until(() => api.queue.openStreams === 1, 'the request waits');
    controller.abort();
    await expect(answer).rejects.toThrow('aborted');
    await until(() => api.queue.openStreams === 0, 'the wait is over');
    expect(await api.queue.find(id)).toMatchObject({ state: 'queued', cancelRequested: false });
  });

  it('never answers an accepted job with a failure, even if watching it fails', async () => {
    const events = api.queue.events.bind(api.queue);
    api.queue.events = () => {
      throw new InfrastructureError('queue-unavailable', 'Cannot reach the queue');
    };
    const response = await submit({ argv: ['x'] }, { prefer: 'wait=5' });
    api.queue.events = events;
    expect(response.status).toBe(202);
  });
});

describe('Idempotency-Key', () => {
  it('gives the same job for the same request, however it is spelled', async () => {
    const first = await submit('{"argv":["a"],"env":{"A":"1","B":"2"}}', { 'idempotency-key': 'k1' });
    const again = await submit('{ "env": {"B":"2","A":"1"}, "files": [], "argv": ["a"] }', {
      'idempotency-key': 'k1',
    });
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.status).toBe(202);
    expect((await documentOf(again)).id).toBe((await documentOf(first)).id);
  });

  it('answers 200 once the job of then has ended', async () => {
    const { id } = await documentOf(await submit({ argv: ['b'] }, { 'idempotency-key': 'k2' }));
    api.queue.finish(id, await makeResult(api.store, id, new Uint8Array()));
    const again = await submit({ argv: ['b'] }, { 'idempotency-key': 'k2' });
    expect(again.status).toBe(200);
    expect(await documentOf(again)).toMatchObject({ id, state: 'succeeded' });
  });

  it('refuses the key with another body, and keeps nothing of it', async () => {
    await submit({ argv: ['c'] }, { 'idempotency-key': 'k3' });
    const before = await readdir(api.storeDirectory);
    const other = await submit({ argv: ['c'], stdin: 'y'.repeat(50_000) }, { 'idempotency-key': 'k3' });
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ code: 'idempotency-conflict' });
    expect(await readdir(api.storeDirectory)).toEqual(before);
  });

  it('has one job for many large requests at once, and the job has its contents', async () => {
    const stdin = 'y'.repeat(300_000);
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => submit({ argv: ['d'], stdin }, { 'idempotency-key': 'k4' })),
    );
    const jobs = await Promise.all(responses.map(documentOf));
    const [id = ''] = new Set(jobs.map((job) => job.id));
    expect(jobs.every((job) => job.id === id)).toBe(true);
    expect(responses.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(await api.store.get(id, 'stdin-0')).toHaveLength(stdin.length);
  });

  it('goes on with the id of a request that died before its job was queued', async () => {
    const before = await readdir(api.storeDirectory);
    const request = { argv: ['e'], stdin: 'y'.repeat(50_000) };
    const enqueue = api.queue.enqueue.bind(api.queue);
    api.queue.enqueue = async () => {
      throw new InfrastructureError('queue-unavailable', 'Cannot reach the queue');
    };
    expect((await submit(request, { 'idempotency-key': 'k5' })).status).toBe(503);
    api.queue.enqueue = enqueue;
    const [left] = (await readdir(api.storeDirectory)).filter((name) => !before.includes(name));
    const again = await submit(request, { 'idempotency-key': 'k5' });
    const { id } = await documentOf(again);
    expect(left).toContain(id);
    expect(again.headers.get('idempotent-replayed')).toBeNull();
    expect(await api.store.get(id, 'stdin-0')).toHaveLength(50_000);
  });

  it.each(['', 'with space', 'x'.repeat(256), 'tab\tbed'])('refuses %j as a key', async (key) => {
    const response = await submit({ argv: ['x'] }, { 'idempotency-key': key });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'invalid-request',
      errors: [{ field: 'idempotency-key', message: expect.stringContaining('1 to 255') as string }],
    });
  });
});

/** Id of the job with this program, once the queue has it. */
async function newestJob(program: string): Promise<string> {
  await until(() => api.queue.newest(program) !== undefined, `a job ${program}`);
  return api.queue.newest(program) ?? '';
}

describe('files that fit the product but not this operator', () => {
  it('are refused before anything is stored', async () => {
    const files = [{ path: 'big', content: 'x'.repeat(3 * 1024 * 1024) }];
    const response = await submit({ argv: ['true'], files });
    const problem = (await response.json()) as Problem;
    expect(response.status).toBe(400);
    expect(problem.errors).toEqual([
      { field: 'files', message: expect.stringContaining('3145728 diskBytes') as string },
    ]);
  });
});
