import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { isSlow, LimitsService, type EndedJob } from '../support/limits-service.js';

const MiB = 1 << 20;

/** How late a clock of ours may be: the guest of the lab shares one slow CPU with all that runs in it. */
const LATE_MS = isSlow ? 500 : 50;

/** What starting the program takes, before it looks at its own clock. */
const START_MS = isSlow ? 60 : 10;

describe.runIf(hasCells)('what a result says', () => {
  let service: LimitsService;
  beforeAll(async () => {
    service = await LimitsService.start({ SANDLOT_CONCURRENCY: '2' });
  });
  afterAll(async () => await service.close());

  it.each(['burn-cpu 500', 'burn-children 4 125'])(
    'of the CPU time of %s is what it measured',
    async (verb) => {
      const ended = await service.run(verb, {});
      const burnedMs = Number(/^burned (\d+)$/m.exec(ended.stdout)?.[1]);
      const toleranceMs = Math.max(burnedMs * 0.05, 10) + START_MS;
      expect(cpuMs(ended)).toBeGreaterThanOrEqual(burnedMs - 1);
      expect(cpuMs(ended)).toBeLessThanOrEqual(burnedMs + toleranceMs);
    },
  );

  it('of a sleeper is that it used next to no CPU time', async () => {
    const ended = await service.run('sleep 500', {});
    expect(cpuMs(ended)).toBeLessThan(START_MS + 10);
    expect(ended.usage.wallMs).toBeGreaterThanOrEqual(500);
    expect(ended.usage.wallMs).toBeLessThan(500 + START_MS + LATE_MS);
  });

  it('of the memory peak is at least what was touched', async () => {
    const { usage } = await service.run(`memory-hog ${20 * MiB} 300`, {});
    expect(usage.memoryPeakBytes).toBeGreaterThanOrEqual(20 * MiB);
    expect(usage.memoryPeakBytes).toBeLessThan(28 * MiB);
  });

  it('of the memory peak is not above the limit where a cgroup holds it', async () => {
    const { usage } = await service.run(`shared-map ${96 * MiB} 5000`, { memoryBytes: 32 * MiB });
    const highest = service.tier === 'T0' ? 32 * MiB : 128 * MiB;
    expect(usage.memoryPeakBytes).toBeGreaterThan(30 * MiB);
    expect(usage.memoryPeakBytes).toBeLessThanOrEqual(highest);
  });

  it('of the processes peak is how many there were', async () => {
    const { usage } = await service.run('fork-bomb 9 500', {});
    expect(usage.processesPeak).toBe(10);
  });
});

describe.runIf(hasCells)('a clock', () => {
  let service: LimitsService;
  beforeAll(async () => {
    service = await LimitsService.start({ SANDLOT_CONCURRENCY: '2' });
  });
  afterAll(async () => await service.close());

  it.each([100, 400, 1_300])('of CPU time ends a busy loop at %i ms', async (cpuTimeMs) => {
    const ended = await service.run('busy-loop', { cpuTimeMs });
    expect(ended.document.outcome).toEqual({ kind: 'timed-out', clock: 'cpu', limitMs: cpuTimeMs });
    expect(cpuMs(ended)).toBeGreaterThanOrEqual(cpuTimeMs);
    expect(cpuMs(ended)).toBeLessThanOrEqual(cpuTimeMs + LATE_MS);
  });

  it('of CPU time is not moved by a payload that waits', async () => {
    const ended = await service.run('sleep 900', { cpuTimeMs: 200 });
    expect(ended.document.outcome).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it.each(['pause', 'stop-self'])('of idle time ends %s', async (verb) => {
    const ended = await service.run(verb, { idleTimeMs: 500, wallTimeMs: 5_000 });
    expect(ended.document.outcome).toEqual({ kind: 'timed-out', clock: 'idle', limitMs: 500 });
    expect(ended.usage.wallMs).toBeGreaterThanOrEqual(500);
    expect(ended.usage.wallMs).toBeLessThanOrEqual(500 + START_MS + 3 * LATE_MS);
  });

  it('of wall time goes on while the payload is stopped', async () => {
    const ended = await service.run('stop-self', { wallTimeMs: 400 });
    expect(ended.document.outcome).toEqual({ kind: 'timed-out', clock: 'wall', limitMs: 400 });
  });
});

function cpuMs({ usage }: EndedJob): number {
  return usage.cpuUserMs + usage.cpuSystemMs;
}
