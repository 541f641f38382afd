import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type Client } from '@sandlot/client';
import { afterAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { Services } from '../support/service.js';
import { until } from '../support/until.js';

/** More than travels inside a record, so it becomes a blob. */
const LARGE_OUTPUT = ['head', '-c', '100000', '/dev/zero'];

describe.runIf(hasCells)('ended jobs', () => {
  const services = new Services();
  afterAll(() => services.closeAll());

  async function start(env: Readonly<Record<string, string>>) {
    const dataDir = join(await services.makeDirectory(), 'data');
    const { address } = await services.start('serve', { SANDLOT_DATA_DIR: dataDir, ...env });
    return { client: createClient({ baseUrl: address }), blobs: join(dataDir, 'blobs') };
  }

  it('go with their output once SANDLOT_RETENTION_MS has passed', async () => {
    const { client, blobs } = await start({ SANDLOT_RETENTION_MS: '1000' });
    const { id } = await client.submit({ argv: LARGE_OUTPUT }, { waitSeconds: 10 });
    expect(await readdir(blobs)).toEqual([id]);
    await until('the record to go', () => isGone(client, id));
    await until('the output to go', async () => (await readdir(blobs)).length === 0);
  });

  it('go with their output once there are SANDLOT_RETENTION_JOBS newer ones', async () => {
    const { client, blobs } = await start({ SANDLOT_RETENTION_JOBS: '2', SANDLOT_RETENTION_MS: '6000' });
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1)
      ids.push((await client.submit({ argv: LARGE_OUTPUT }, { waitSeconds: 10 })).id);
    const gone = await Promise.all(ids.map(async (id) => await isGone(client, id)));
    expect(gone).toEqual([true, true, false, false]);
    await until('the output to go', async () => {
      const left = await readdir(blobs);
      return !left.includes(ids[0] ?? '') && !left.includes(ids[1] ?? '');
    });
  });
});

async function isGone(client: Client, id: string): Promise<boolean> {
  return await client.get(id).then(
    () => false,
    () => true,
  );
}
