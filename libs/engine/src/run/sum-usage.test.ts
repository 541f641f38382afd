import { describe, expect, it } from 'vitest';
import { jobUsageSchema, type StepUsage } from '@sandlot/contract';
import { sumUsage } from './sum-usage.js';

const step = (usage: Partial<StepUsage>) => ({
  name: 's',
  outcome: { kind: 'exited' as const, exitCode: 0 },
  usage: { wallMs: 1, cpuUserMs: 2, cpuSystemMs: 3, outputBytes: 4, ...usage },
});
const own = { queueMs: 10, setupMs: 20 };

describe('sumUsage', () => {
  it('adds up times, output and refused forks, and takes the largest of peaks', () => {
    const usage = sumUsage(
      [
        step({ memoryPeakBytes: 5, processesPeak: 2, forksRefused: 1 }),
        step({ memoryPeakBytes: 9, diskUsedBytes: 8192 }),
        step({ processesPeak: 1, forksRefused: 3, diskUsedBytes: 4096 }),
      ],
      own,
    );
    expect(usage).toEqual({
      queueMs: 10,
      setupMs: 20,
      wallMs: 3,
      cpuUserMs: 6,
      cpuSystemMs: 9,
      outputBytes: 12,
      memoryPeakBytes: 9,
      processesPeak: 2,
      forksRefused: 4,
      diskUsedBytes: 8192,
    });
    expect(jobUsageSchema.parse(usage)).toEqual(usage);
  });

  it('leaves out what nothing could measure', () => {
    for (const unknown of ['memoryPeakBytes', 'processesPeak', 'forksRefused', 'diskUsedBytes']) {
      expect(sumUsage([step({})], own)).not.toHaveProperty(unknown);
    }
  });

  it('is nothing but our own share without steps', () => {
    expect(sumUsage([], own)).toEqual({ ...own, wallMs: 0, cpuUserMs: 0, cpuSystemMs: 0, outputBytes: 0 });
  });
});
