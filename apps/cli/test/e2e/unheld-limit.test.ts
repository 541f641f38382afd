import { ProblemError } from '@sandlot/client';
import type { RequestedLimits } from '@sandlot/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { LimitsService } from '../support/limits-service.js';

describe.runIf(hasCells)('a limit that takes a cgroup, where there is none', () => {
  let service: LimitsService;
  beforeAll(async () => {
    service = await LimitsService.start({ SANDLOT_CGROUP: 'none' });
  });
  afterAll(async () => await service.close());

  it.each<RequestedLimits>([{ cpuCores: 0.5 }, { cpuWeight: 200 }, { ioBytesPerSecond: 1 << 20 }])(
    'is refused, never ignored: %j',
    async (limits) => {
      const refusal = service.client.submit({ argv: ['true'], limits });
      await expect(refusal).rejects.toBeInstanceOf(ProblemError);
      await expect(refusal).rejects.toMatchObject({
        problem: { status: 422, code: 'limit-not-enforceable' },
      });
    },
  );
});
