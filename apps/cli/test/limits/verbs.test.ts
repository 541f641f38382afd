import type { Enforcement, LimitName, RequestedLimits, StepUsage } from '@sandlot/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { LimitsService } from '../support/limits-service.js';
import { BASE_LIMITS, HELD_BY, toOutcome, type VerbEnd, type VerbRow } from './verb-row.js';
import { VERB_TABLE } from './verb-table.js';

// The names of the tests tell what the tier is expected to do, so it must be known before them.
const service = hasCells ? await LimitsService.start({ SANDLOT_CONCURRENCY: '2' }) : undefined;
const tier = service?.tier ?? 'T1';

afterAll(async () => await service?.close());

const ANYTHING = /(?:)/;

const rows = VERB_TABLE.map((row) => [describeRow(row), row] as const);

describe.runIf(service !== undefined)(`hostile verbs on ${tier}`, () => {
  it('name what holds each limit', async () => {
    const { document } = await service!.run('true', BASE_LIMITS);
    expectHeld(document.enforcement ?? {}, BASE_LIMITS);
  });

  it.each(rows)('%s', async (_, row) => {
    const limits = { ...BASE_LIMITS, ...row.limits };
    const { stdout = ANYTHING, usage = {} } = row.expected[tier];
    const ended = await service!.run(row.verb, limits);
    expect({ outcome: ended.document.outcome, stdout: ended.stdout }).toEqual({
      outcome: toOutcome(row.expected[tier].outcome, limits),
      stdout: expect.stringMatching(stdout),
    });
    expectUsage(ended.usage, usage);
    if (tier === 'T0') expectUsage(ended.usage, { memoryPeakBytes: [1, limits.memoryBytes ?? 0] });
    expectHeld(ended.document.enforcement ?? {}, row.limits);
    await service!.expectNothingLeft();
    const next = await service!.client.submit({ argv: ['echo', 'unharmed'] }, { waitSeconds: 60 });
    expect(next).toMatchObject({
      outcome: { kind: 'exited', exitCode: 0 },
      output: { stdout: { text: 'unharmed\n' } },
    });
  });
});

/** `fork-bomb 100; exit 3 [pids=20] → process-limit` */
function describeRow({ verb, limits, expected }: VerbRow): string {
  const asked = Object.entries(limits).map(([name, value]) => `${name}=${value}`);
  const suffix = asked.length === 0 ? '' : ` [${asked.join(' ')}]`;
  return `${verb}${suffix} → ${expected[tier].outcome}`;
}

function expectUsage(usage: StepUsage, ranges: NonNullable<VerbEnd['usage']>): void {
  const figures = { ...usage, cpuMs: usage.cpuUserMs + usage.cpuSystemMs };
  for (const [name, [lowest, highest]] of Object.entries(ranges)) {
    const figure = figures[name as keyof typeof figures]; // the keys of ranges are among those of figures
    expect(figure, name).toBeGreaterThanOrEqual(lowest);
    expect(figure, name).toBeLessThanOrEqual(highest);
  }
}

/** Each limit that was asked for names what held it. */
function expectHeld(enforcement: Enforcement, limits: RequestedLimits): void {
  for (const name of Object.keys(limits) as readonly LimitName[]) {
    // limits have no other keys
    expect(HELD_BY[tier][name] ?? ['rlimit'], name).toContain(enforcement[name]);
  }
}
