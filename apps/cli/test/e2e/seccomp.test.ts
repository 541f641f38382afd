import { createClient, type Client } from '@sandlot/client';
import type { JobSpecInput } from '@sandlot/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { sandlot } from '../support/sandlot.js';
import { Services } from '../support/service.js';

const SCRIPT = 'chroot / true; echo done';

describe.runIf(hasCells)('system call profiles of jobs', () => {
  const services = new Services();
  let client: Client;
  beforeAll(async () => {
    const env = { SANDLOT_DATA_DIR: await services.makeDirectory(), SANDLOT_SECCOMP_PROFILE: 'strict' };
    const { address } = await services.start('serve', env);
    client = createClient({ baseUrl: address });
  });
  afterAll(() => services.closeAll());

  it('explain what was refused', async () => {
    const job: JobSpecInput = { argv: ['sh', '-c', SCRIPT], seccomp: 'default', explain: true };
    const { spec, steps, output } = await client.submit(job, { waitSeconds: 30 });
    expect(spec).toMatchObject({ seccomp: 'default', explain: true });
    expect(output?.stdout).toMatchObject({ text: 'done\n' });
    expect(steps[0]?.deniedCalls).toEqual([expect.objectContaining({ name: 'chroot', count: 1 })]);
  });

  it('are the operator’s choice where a job names none', async () => {
    const { output } = await client.submit({ argv: ['sh', '-c', SCRIPT] }, { waitSeconds: 30 });
    expect(output?.stderr).toMatchObject({ text: expect.stringContaining('Operation not permitted') });
    expect(output?.stderr).toMatchObject({ text: expect.stringContaining('chroot') });
  });

  it('are told by run, too', async () => {
    const { stderr, code } = await sandlot(['run', '--explain', '--', 'sh', '-c', SCRIPT]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/sandlot: refused chroot\(0x[0-9a-f]+(?:, 0x[0-9a-f]+){5}\)\n/);
  });
});
