import { describe, expect, it } from 'vitest';
import { CAUSE_CASES, FILTERED } from '../../test/support/cause-cases.js';
import { controllers, evidence, refused, type Deviation } from '../../test/support/doctor-evidence.js';
import { ABILITY_NAMES } from './ability.js';
import { CAUSES } from './causes.js';
import { diagnose, tierOf } from './diagnose.js';

describe('diagnose', () => {
  it('finds nothing where all works', () => {
    const findings = diagnose(evidence());
    expect(findings.map(({ ability }) => ability)).toEqual(ABILITY_NAMES);
    expect(findings.every(({ status }) => status === 'ok')).toBe(true);
    expect(tierOf(findings)).toBe('T0');
  });

  it.each(CAUSE_CASES)('explains %s', (...[, ability, code, tier, words, deviation]) => {
    const findings = diagnose(evidence(deviation));
    const finding = findings.find((each) => each.ability === ability);
    expect(finding).toMatchObject({ status: 'failed', code });
    expect(`${finding?.cause} ${finding?.remedy}`).toContain(words);
    expect(`${finding?.cause} ${finding?.remedy}`).not.toMatch(/\{\w+\}/);
    expect(tierOf(findings)).toBe(tier);
  });

  it('has a case for every cause', () => {
    const unused = Object.keys(CAUSES).filter((code) => !CAUSE_CASES.some((row) => row[2] === code));
    expect(unused).toEqual(['needs-another']);
  });

  it('explains one failure once and calls what needs it unknown', () => {
    const failed = ['clone', 'ENOSYS', { unshare: 1 }] as const;
    const all = Object.fromEntries(ABILITY_NAMES.map((name) => [name, failed]));
    const findings = diagnose(evidence({ failed: all, facts: { ...FILTERED, kernel: '6.1' } }));
    const statuses = new Map(findings.map((finding) => [finding.ability, finding.status]));
    expect(statuses.get('clone3')).toBe('failed');
    expect(statuses.get('user-namespace')).toBe('unknown');
    expect(statuses.get('namespace-limits')).toBe('unknown');
    expect(findings.find(({ ability }) => ability === 'tmpfs')).toMatchObject({
      cause: 'Not tried: it needs mount-namespace, which failed.',
      tier: 'T3',
    });
  });

  it('tells what was seen beside a verdict', () => {
    const base = evidence();
    const verdicts = new Map([...base.verdicts, ['landlock', { notes: { abi: 7 } }] as const]);
    const findings = diagnose({ ...base, verdicts });
    expect(findings.find(({ ability }) => ability === 'landlock')).toEqual({
      ability: 'landlock',
      status: 'ok',
      detail: 'abi=7',
    });
  });

  it('refuses answers of another probe program', () => {
    expect(() => diagnose({ ...evidence(), verdicts: new Map() })).toThrow('says nothing of clone3');
  });
});

describe('tierOf', () => {
  it('takes the worst', () => {
    const cgroup = refused('make', 'EROFS');
    expect(tierOf(diagnose(evidence({ cgroup })))).toBe('T1');
    const failed: Deviation['failed'] = { 'fresh-proc': ['mount_proc', 'EPERM'] };
    expect(tierOf(diagnose(evidence({ cgroup, failed })))).toBe('T2');
  });

  it('does not ask for the io controller', () => {
    const io = { ...controllers({ enabled: true }), io: { enabled: false, errno: 'ENOENT' } };
    expect(tierOf(diagnose(evidence({ cgroup: { controllers: io } })))).toBe('T0');
  });
});
