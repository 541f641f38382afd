import type { DoctorReport, Finding } from '@sandlot/sandbox';
import { describe, expect, it } from 'vitest';
import { standstillOf, toStandstill } from './standstill.js';

const MASKED: Finding = {
  ability: 'fresh-proc',
  status: 'failed',
  code: 'masked-proc',
  cause: 'Parts of /proc are covered.',
  remedy: 'Uncover them.',
  tier: 'T2',
};
const NO_CGROUP: Finding = { ...MASKED, ability: 'cgroup', cause: 'None.', tier: 'T1' };
const UNTRIED: Finding = { ability: 'namespace-limits', status: 'unknown', cause: 'x', tier: 'T2' };

// No other part of a report is looked at.
const report = (tier: DoctorReport['tier'], ...findings: readonly Finding[]) =>
  ({ tier, findings }) as DoctorReport;

describe('standstillOf', () => {
  it('names what is missing for the minimum, why and what to do, and nothing else', () => {
    const standstill = standstillOf(report('T2', MASKED, NO_CGROUP, UNTRIED), 'T1');
    expect(standstill).toEqual({
      tier: 'T2',
      reason:
        'the isolation tier here is T2, and SANDLOT_MINIMUM_TIER=T1 wants a better one. Missing: fresh-proc: Parts of /proc are covered. Uncover them. It is looked at when the worker starts: start it again then',
    });
  });

  it('is content with the minimum itself', () => {
    expect(standstillOf(report('T2', MASKED), 'T2')).toBeUndefined();
  });
});

describe('toStandstill', () => {
  it('tells one cause of several abilities once', () => {
    const message = 'It is mounted read-only. Mount it otherwise.';
    const findings = ['cgroup', 'cgroup-cpu'].map((ability) => ({ ability, message }));
    expect(toStandstill('T1', 'T0', findings).reason).toContain(`Missing: cgroup, cgroup-cpu: ${message} `);
  });
});
