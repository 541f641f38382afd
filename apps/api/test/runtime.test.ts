import type { SandboxAbilities } from '@sandlot/engine';
import { describe, expect, it } from 'vitest';
import { post, startTestApi } from './support/test-api.js';

describe('a runtime', () => {
  const files = [{ path: 'main.wasm', content: 'AGFzbQEAAAA=', encoding: 'base64' }];

  it('is refused if the worker of this process does not have it: which it has', async () => {
    const native = {
      enforcement: {} as SandboxAbilities['enforcement'],
      seccompProfiles: ['default'] as const,
      runtimes: ['native'] as const,
    };
    await using service = await startTestApi({ abilities: native, allowUnenforced: true });
    expect((await post(`${service.url}/v1/jobs`, { argv: ['x'] })).status).toBe(202);
    expect(await (await post(`${service.url}/v1/jobs`, { runtime: 'wasi', files })).json()).toMatchObject({
      code: 'invalid-request',
      errors: [{ field: 'runtime', message: expect.stringContaining('cannot run wasi jobs, only native') }],
    });
  });

  it('is taken as it is where the worker is not known, and shown as it was asked for', async () => {
    await using service = await startTestApi({});
    const response = await post(`${service.url}/v1/jobs`, {
      runtime: 'wasi',
      files,
      args: ['a'],
      wasiEngine: 'node',
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      spec: { runtime: 'wasi', module: 'main.wasm', args: ['a'], wasiEngine: 'node', optimize: 'start' },
    });
  });
});
