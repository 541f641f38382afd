import { createClient, ProblemError, type Client } from '@sandlot/client';
import { jobDocumentSchema, type JobSpecInput } from '@sandlot/contract';
import { requireProgram } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { sandlot } from '../support/sandlot.js';
import { Services } from '../support/service.js';

const MiB = 1024 * 1024;

const SOURCE = `#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
  int a, b;

  if (argc > 1)
    for (;;)
      ;
  if (scanf("%d %d", &a, &b) != 2)
    return 1;
  printf("%d %s\\n", a * b, getenv("UNIT"));
  return 0;
}
`;

describe.runIf(hasCells && requireProgram('gcc', 'gcc'))('a job with steps', () => {
  const services = new Services();
  let client: Client;
  let url: string;

  beforeAll(async () => {
    const env = { SANDLOT_DATA_DIR: await services.makeDirectory(), SANDLOT_CONCURRENCY: '1' };
    ({ address: url } = await services.start('serve', { ...env, SANDLOT_MAX_WALL_TIME_MS: '60000' }));
    client = createClient({ baseUrl: url });
  });
  afterAll(() => services.closeAll());

  /** Compiles a C program with the memory a compiler needs, and runs it with little of anything. */
  const cJob = (source: string, argv: string[]): JobSpecInput => ({
    steps: [
      {
        name: 'compile',
        argv: ['gcc', '-O1', '-o', 'main', 'main.c'],
        limits: { wallTimeMs: 30_000, memoryBytes: 512 * MiB },
      },
      {
        name: 'run',
        argv,
        stdin: '6 7\n',
        env: { UNIT: 'apples' },
        limits: { wallTimeMs: 500, memoryBytes: 8 * MiB, outputBytes: 100 },
      },
    ],
    files: [{ path: 'main.c', content: source }],
    env: { UNIT: 'pears' },
    limits: { diskBytes: 32 * MiB },
  });

  it('compiles a program and runs it, each step with its own limits, input and result', async () => {
    const job = await client.submit(cJob(SOURCE, ['./main']), { waitSeconds: 40 });
    expect(jobDocumentSchema.parse(job)).toEqual(job);
    expect(job).toMatchObject({
      state: 'succeeded',
      output: { stdout: { text: '42 apples\n' }, stderr: { text: '' } },
      steps: [
        { name: 'compile', outcome: { kind: 'exited', exitCode: 0 } },
        { name: 'run', outcome: { kind: 'exited', exitCode: 0 }, usage: { outputBytes: 10 } },
      ],
      spec: {
        limits: { diskBytes: 32 * MiB },
        steps: [
          { limits: { memoryBytes: 512 * MiB, wallTimeMs: 30_000, diskBytes: 32 * MiB } },
          { limits: { memoryBytes: 8 * MiB, wallTimeMs: 500 }, stdin: { bytes: 4 } },
        ],
      },
      enforcement: { wallTimeMs: expect.any(String) as string, diskBytes: 'tmpfs' },
    });
    const { stdout } = await sandlot(['status', job.id], { env: { SANDLOT_URL: url } });
    expect(stdout).toMatch(
      /^step compile +exited with code 0; wall .*\nstep run +exited with code 0; wall /m,
    );
  });

  it('ends as the step that did not succeed, by the limit of that step', async () => {
    const job = await client.submit(cJob(SOURCE, ['./main', 'loop']), { waitSeconds: 40 });
    expect(job).toMatchObject({
      state: 'failed',
      outcome: { kind: 'timed-out', clock: 'wall', limitMs: 500 },
      steps: [
        { name: 'compile', outcome: { exitCode: 0 } },
        { name: 'run', outcome: { kind: 'timed-out' } },
      ],
    });
  });

  it('runs no step after one that failed', async () => {
    const job = await client.submit(cJob('int main(void) { return x; }', ['./main']), { waitSeconds: 40 });
    expect(job).toMatchObject({ state: 'failed', outcome: { kind: 'exited', exitCode: 1 } });
    expect(job.steps.map(({ name }) => name)).toEqual(['compile']);
    expect(job.output?.stderr).toMatchObject({ text: expect.stringContaining('undeclared') });
  });

  it('tells each step’s output as that of the step', async () => {
    const say = (name: string) => ({ name, argv: ['echo', name] });
    const { id } = await client.submit({ steps: [say('one'), say('two')] });
    const seen: string[] = [];
    for await (const { event } of client.events(id)) {
      if (event.type === 'output' && event.encoding === 'utf8') {
        seen.push(`${event.step} ${event.offset} ${event.text}`);
      }
    }
    expect(seen).toEqual(['one 0 one\n', 'two 4 two\n']);
  });

  it('is refused by the limit of a step above the operator’s maximum', async () => {
    const steps = [{ name: 'a', argv: ['true'], limits: { wallTimeMs: 60_001 } }];
    const refusal = await client.submit({ steps }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ProblemError);
    expect((refusal as ProblemError).problem).toMatchObject({
      code: 'limit-above-maximum',
      errors: [{ field: 'steps[0].limits.wallTimeMs' }],
    });
  });
});
