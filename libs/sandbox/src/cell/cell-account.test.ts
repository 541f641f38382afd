import { describe, expect, it } from 'vitest';
import { isKilledByHost, ownOomKills } from './cell-account.js';

const counters = (oom: number, oomKills: number) => ({ oom, oomKills, cpuUserMs: 0, cpuSystemMs: 0 });

describe('an OOM kill in a cell', () => {
  it.each([
    ['nobody was killed', counters(0, 0), 0, false],
    ['its own limit left no choice', counters(1, 3), 3, false],
    ['its own limit was met, but nobody had to die', counters(2, 0), 0, false],
    ['somebody above had no memory', counters(0, 1), 0, true],
    ['nothing counts it', { cpuUserMs: 0, cpuSystemMs: 0 }, 0, false],
  ])('is told apart: %s', (_what, given, own, byHost) => {
    expect(ownOomKills(given)).toBe(own);
    expect(isKilledByHost(given)).toBe(byHost);
  });

  it('is none where there is no cgroup', () => expect(isKilledByHost(undefined)).toBe(false));
});
