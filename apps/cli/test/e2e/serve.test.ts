import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient, type Client } from '@sandlot/client';
import { jobDocumentSchema, type JobEvent } from '@sandlot/contract';
import { requireProgram } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { findProcesses } from '../support/find-processes.js';
import { sandlot, startSandlot } from '../support/sandlot.js';
import { Services, type Service } from '../support/service.js';
import { until } from '../support/until.js';

const execute = promisify(execFile);
const shell = (script: string) => ['/bin/sh', '-c', script];

describe.runIf(hasCells)('sandlot serve', () => {
  const services = new Services();
  let service: Service;
  let client: Client;
  let env: Record<string, string>;

  beforeAll(async () => {
    service = await services.start('serve', {
      SANDLOT_DATA_DIR: join(await services.makeDirectory(), 'data'),
      SANDLOT_CONCURRENCY: '2',
      SANDLOT_MAX_MEMORY_BYTES: '1GiB',
    });
    env = { SANDLOT_URL: service.address };
    client = createClient({ baseUrl: service.address });
  });
  afterAll(() => services.closeAll());

  it('greets with its address, cells, what holds the limits, and where its data is', () => {
    const { stdout } = service.process;
    expect(stdout).toMatch(/^Sandlot 0\.1\.0 listens on http:\/\/127\.0\.0\.1:\d+\n/);
    expect(stdout).toMatch(/cells +2 at once, isolation tier T\d/);
    expect(stdout).toMatch(/limits +.*wallTimeMs/);
    expect(stdout).toMatch(/tier T0|^ {2}missing \w+: \S/m);
    expect(stdout).toMatch(/queue +embedded\n +data +\/.*\/data\n/);
  });

  it.runIf(requireProgram('curl', 'curl'))('greets with a line for curl that works as it is', async () => {
    const line = /^ {2}curl .*$/m.exec(service.process.stdout)?.[0] ?? '';
    const { stdout } = await execute('/bin/sh', ['-c', line]);
    const job = jobDocumentSchema.parse(JSON.parse(stdout));
    expect(job).toMatchObject({ state: 'succeeded', outcome: { kind: 'exited', exitCode: 0 } });
    expect(job.output?.stdout).toMatchObject({ text: expect.stringMatching(/^uid=0\(root\).*\nsandlot\n/) });
  });

  it('runs a job and tells everything about it in one document', async () => {
    const job = await client.submit(
      {
        argv: shell('cat main.txt; cat; echo $GREETING $SANDLOT_ATTEMPT $SANDLOT_JOB_ID >&2; exit 3'),
        files: [{ path: 'main.txt', content: 'file ' }],
        stdin: 'stdin',
        env: { GREETING: 'hello' },
        labels: { team: 'red' },
      },
      { waitSeconds: 10 },
    );
    expect(job).toMatchObject({
      state: 'failed',
      outcome: { kind: 'exited', exitCode: 3 },
      output: { stdout: { text: 'file stdin' }, stderr: { text: `hello 1 ${job.id}\n` } },
      attempts: [{ number: 1 }],
      labels: { team: 'red' },
    });
    expect(job.usage?.setupMs).toBeGreaterThan(0);
    expect(jobDocumentSchema.parse(job)).toEqual(job);
  });

  it('keeps large and binary output whole', async () => {
    const job = await client.submit(
      { argv: shell('head -c 300000 /dev/zero; printf "\\377" >&2') },
      { waitSeconds: 10 },
    );
    expect(job.output?.stdout).toMatchObject({ bytes: 300_000, truncated: false });
    expect(job.output?.stderr).toEqual({ encoding: 'base64', base64: '/w==', bytes: 1, truncated: false });
  });

  it('tells states and output as they happen', async () => {
    const { id } = await client.submit({ argv: shell('echo one; sleep 0.3; echo two') });
    const seen: { readonly event: JobEvent; readonly at: number }[] = [];
    for await (const { event } of client.events(id)) seen.push({ event, at: performance.now() });
    const texts = seen.flatMap(({ event }) =>
      event.type === 'output' && event.encoding === 'utf8' ? event.text : [],
    );
    const states = seen.flatMap(({ event }) => (event.type === 'state' ? event.state : []));
    expect(texts).toEqual(['one\n', 'two\n']);
    expect(states).toEqual(['queued', 'starting', 'running', 'succeeded']);
    const [one, two] = seen.filter(({ event }) => event.type === 'output');
    expect((two?.at ?? 0) - (one?.at ?? 0)).toBeGreaterThan(200);
  });

  it('submits from the command line, waits, and ends as the program ended', async () => {
    const args = ['submit', '--wait', '--stdin', '-', '--', ...shell('cat; echo problem >&2; exit 5')];
    const { code, stdout, stderr } = await sandlot(args, { env, input: 'hello\n' });
    expect({ code, stdout }).toEqual({ code: 5, stdout: 'hello\n' });
    expect(stderr).toMatch(/problem\n$/);
  });

  it('says on the command line why a job did not end by itself', async () => {
    const args = ['submit', '--wait', '--time', '200ms', '--', 'sleep', '60'];
    const { code, stderr } = await sandlot(args, { env });
    expect(code).toBe(124);
    expect(stderr).toMatch(/sandlot: timed out after 200 ms of wall time\n$/);
  });

  it('gives up waiting when asked to, and the job goes on', async () => {
    const { code, stderr } = await sandlot(['submit', '--wait=1', '--', 'sleep', '9'], { env });
    expect(code).toBe(125);
    const id = /sandlot: Job (\S+) has not ended within 1 s and goes on/.exec(stderr)?.[1] ?? '';
    expect((await client.get(id)).state).toBe('running');
    expect((await client.cancel(id, { waitSeconds: 5 })).state).toBe('cancelled');
  });

  it('says where the job is when it is told to stop waiting, even right after the submission', async () => {
    const marker = randomUUID();
    const submit = startSandlot(['submit', '--wait', '--', ...shell(`sleep 9; : ${marker}`)], { env });
    await until('the job to run', () => findProcesses(`: ${marker}`).length > 1);
    submit.child.kill('SIGINT');
    const { code, stderr } = await submit.ended;
    expect(code).toBe(130);
    const id = /the job goes on; to end it: sandlot cancel (\S+)\n$/.exec(stderr)?.[1] ?? '';
    expect((await client.cancel(id, { waitSeconds: 5 })).state).toBe('cancelled');
  });

  it('names the flag of a limit above the maximum of the operator', async () => {
    const { code, stderr } = await sandlot(['submit', '--memory', '2GiB', '--', 'true'], { env });
    expect(code).toBe(125);
    expect(stderr).toMatch(/--memory: .*2 GiB.* 1 GiB/);
    const beyond = await sandlot(['submit', '--memory', '100GiB', '--', 'true'], { env });
    expect(beyond.stderr).toMatch(/--memory: .*100 GiB/);
  });

  it('prints id, status, document and output of a job on the command line', async () => {
    const submitted = await sandlot(['submit', '--label', 'a=b', '--', ...shell('echo out; echo err >&2')], {
      env,
    });
    expect(submitted).toMatchObject({ code: 0, stderr: '' });
    const id = submitted.stdout.trim();
    await client.waitFor(id);
    const status = await sandlot(['status', id], { env });
    expect(status.stdout).toContain(
      `id         ${id}\nstate      succeeded\noutcome    exited with code 0\n`,
    );
    const document = await sandlot(['status', '--json', id], { env });
    expect(JSON.parse(document.stdout)).toMatchObject({ id, labels: { a: 'b' } });
    expect(await sandlot(['logs', id], { env })).toMatchObject({ code: 0, stdout: 'out\n', stderr: 'err\n' });
  });

  it('follows the output of a running job, and cancels it', async () => {
    const { id } = await client.submit({ argv: shell('echo ready; sleep 9 & sleep 9') });
    const logs = startSandlot(['logs', '--follow', id], { env });
    await until('the first line', () => logs.stdout === 'ready\n');
    expect(await sandlot(['logs', id], { env })).toMatchObject({ code: 0, stdout: 'ready\n' });
    expect(await sandlot(['cancel', id], { env })).toMatchObject({ code: 0, stdout: 'cancelled\n' });
    expect(await logs.ended).toMatchObject({ code: 0, stdout: 'ready\n' });
    expect(await client.get(id)).toMatchObject({ state: 'cancelled', outcome: { kind: 'cancelled' } });
    expect(await sandlot(['cancel', id], { env })).toMatchObject({ code: 0, stdout: 'cancelled\n' });
  });

  it.each(['status', 'logs', 'cancel'])('says that there is no such job: %s', async (command) => {
    const { code, stderr } = await sandlot([command, randomUUID()], { env });
    expect(code).toBe(125);
    expect(stderr).toContain('No such job');
  });

  it('is alive, ready and measured', async () => {
    const get = async (path: string) => await fetch(service.address + path);
    expect(await (await get('/healthz')).json()).toMatchObject({ version: '0.1.0', slots: 2 });
    expect((await get('/readyz')).status).toBe(200);
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(/sandlot_jobs_finished_total\{outcome="exited"\} \d/);
    expect(metrics).toMatch(/^sandlot_isolation_tier\{tier="T\d"\} 1$/m);
    expect(metrics).toMatch(/^sandlot_limit_enforcement\{limit="pids",mechanism="\w+"\} 1$/m);
    expect(metrics).toContain('sandlot_cells_running 0');
    expect(metrics).toMatch(/sandlot_cell_setup_seconds_count \d/);
  });

  it('logs one line for each finished job', async () => {
    const { id } = await client.submit({ argv: ['true'] }, { waitSeconds: 10 });
    const lines = await until('the line', () => {
      const found = service.process.stderr.split('\n').filter((line) => line.includes(id));
      return found.length > 0 && found;
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'job ended', outcome: 'exited', exitCode: 0 });
  });
});

describe('a client command without a service', () => {
  it('says where it looked and what to do', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await sandlot(['status', 'x', '--url', url]);
    expect(code).toBe(125);
    expect(stderr).toMatch(
      /^sandlot: Cannot talk to Sandlot at http:\/\/127\.0\.0\.1:\d+: ECONNREFUSED\..*SANDLOT_URL.*\n$/,
    );
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  server.close();
  await once(server, 'close');
  return port;
}
