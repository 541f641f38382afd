import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { LimitsService } from '../support/limits-service.js';

const CELLS = 16;
const LATE_MS = 50;

describe.runIf(hasCells)('the wall clocks of sixteen cells', () => {
  let service: LimitsService;
  beforeAll(async () => {
    service = await LimitsService.start({ SANDLOT_CONCURRENCY: String(CELLS) });
  });
  afterAll(async () => await service.close());

  it('are on time when all of them run out at once, and nothing is left', async () => {
    const verbs = Array.from({ length: CELLS }, (_, index) =>
      index % 4 === 0 ? 'fork-bomb 8 9000' : 'pause',
    );
    const ended = await Promise.all(verbs.map((verb) => service.run(verb, { wallTimeMs: 1_000 })));
    for (const { document, usage } of ended) {
      expect(document.outcome).toEqual({ kind: 'timed-out', clock: 'wall', limitMs: 1_000 });
      expect(usage.wallMs).toBeGreaterThanOrEqual(1_000);
      expect(usage.wallMs).toBeLessThanOrEqual(1_000 + LATE_MS);
    }
    await service.expectNothingLeft();
  });
});
