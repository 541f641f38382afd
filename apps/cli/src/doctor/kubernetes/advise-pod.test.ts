import { CAUSES, type CauseCode, type DoctorReport, type Finding } from '@sandlot/sandbox';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { advisePod } from './advise-pod.js';
import { describePod } from './describe-pod.js';
import { POD_REMEDIES } from './pod-remedies.js';
import { POD_SETTINGS } from './pod-setting.js';

const POD_USERS = [{ inside: 0, outside: 200_000, count: 65_536 }];
const HOST_USERS = [{ inside: 0, outside: 0, count: 4_294_967_295 }];

function failure(ability: Finding['ability'], code: CauseCode, tier?: Finding['tier']): Finding {
  return { ability, status: 'failed', code, ...(tier === undefined ? {} : { tier }) };
}

/** Of a pod with a user namespace of its own, unless said otherwise. */
function report(findings: readonly Finding[], uidMap = POD_USERS): DoctorReport {
  // Nothing else is looked at.
  return { findings, host: { uidMap } } as unknown as DoctorReport;
}

const settingsOf = (...args: Parameters<typeof report>) =>
  advisePod(report(...args)).settings.map(({ setting }) => setting);

describe('advisePod', () => {
  it.each<[CauseCode, Finding['ability'], readonly string[]]>([
    ['seccomp-container', 'clone3', ['seccompProfile']],
    ['masked-proc', 'fresh-proc', ['procMount']],
    ['apparmor-profile', 'tmpfs', ['appArmorProfile']],
    ['selinux', 'fresh-proc', ['seLinuxOptions']],
    ['cgroup-read-only', 'cgroup', ['runtimeClass']],
    ['cgroup-of-another-user', 'cgroup', ['runAs']],
    ['cgroup-not-of-root', 'cgroup', ['runAsUser']],
    ['root-without-capabilities', 'user-namespace', ['runAsUser']],
    ['namespace-limit-zero', 'user-namespace', ['nodeSysctls']],
  ])('names for %s exactly what lifts it', (code, ability, expected) => {
    expect(settingsOf([failure(ability, code)])).toEqual(expected);
  });

  it('does not name the filter for a call that is missing behind a filter of ours', () => {
    const missing = failure('landlock', 'seccomp-or-kernel');
    expect(advisePod(report([{ ability: 'clone3', status: 'ok' }, missing]))).toEqual({
      settings: [],
      elsewhere: [{ place: 'node', abilities: ['landlock'] }],
    });
    expect(settingsOf([failure('clone3', 'seccomp-or-kernel'), missing])).toEqual(['seccompProfile']);
  });

  it('does not advise to be root and not to be root', () => {
    const root = failure('user-namespace', 'root-without-capabilities', 'T4');
    const cgroup = failure('cgroup', 'cgroup-not-delegated', 'T1');
    expect(advisePod(report([root, cgroup])).settings).toMatchObject([
      { setting: 'runAs', lifts: ['user-namespace', 'cgroup'], tier: 'T4' },
    ]);
  });

  it('wants a user namespace for a whole /proc, and says what cannot be known', () => {
    const advice = advisePod(report([failure('fresh-proc', 'masked-proc', 'T2')], HOST_USERS));
    expect(advice.settings).toMatchObject([
      { setting: 'hostUsers', lifts: ['fresh-proc'], tier: 'T2' },
      { setting: 'procMount', lifts: ['fresh-proc'], tier: 'T2' },
    ]);
    expect(advice.note).toMatch(/cannot be known from inside.*before Kubernetes 1\.33 drops both/);
  });

  it('advises a user namespace though nothing fails for want of it', () => {
    expect(advisePod(report([], HOST_USERS)).settings).toMatchObject([{ setting: 'hostUsers', lifts: [] }]);
    expect(advisePod(report([]))).toEqual({ settings: [], elsewhere: [] });
  });

  it('says of what no pod can mend where that is', () => {
    const findings = [failure('landlock', 'no-landlock'), failure('sub-ids', 'no-sub-ids')];
    expect(advisePod(report(findings))).toEqual({
      settings: [],
      elsewhere: [
        { place: 'node', abilities: ['landlock'] },
        { place: 'image', abilities: ['sub-ids'] },
      ],
    });
  });

  it('has the worst tier of all that a setting lifts', () => {
    const findings = [
      failure('tmpfs', 'apparmor-profile', 'T3'),
      failure('fresh-proc', 'apparmor-profile', 'T2'),
    ];
    expect(advisePod(report(findings)).settings).toMatchObject([
      { lifts: ['tmpfs', 'fresh-proc'], tier: 'T3' },
    ]);
  });
});

describe('POD_REMEDIES', () => {
  it('has an entry for every cause, and leaves out of a pod what no pod has', () => {
    expect(Object.keys(POD_REMEDIES).toSorted()).toEqual(Object.keys(CAUSES).toSorted());
    const never = Object.entries(POD_REMEDIES).flatMap(([code, remedy]) => ('never' in remedy ? code : []));
    expect(never).toEqual([
      ...['chrooted', 'no-proc', 'proc-read-only', 'cgroup-root', 'cgroup-threaded'],
      ...['needs-another', 'unexplained'],
    ]);
  });

  it('uses every setting there is', () => {
    const used = Object.values(POD_REMEDIES).flatMap((remedy) =>
      'settings' in remedy ? remedy.settings : [],
    );
    expect(new Set(used)).toEqual(new Set(Object.keys(POD_SETTINGS)));
  });
});

it.each(Object.entries(POD_SETTINGS).filter(([name]) => name !== 'nodeSysctls'))(
  'the fragment of %s is YAML below spec',
  (_name, { fragment }) => {
    expect(Object.keys(parse(fragment.join('\n')) as object)).toEqual(['spec']);
  },
);

describe('describePod', () => {
  it('prints what to paste, for which ability, and at what tier one is without', () => {
    const text = describePod(advisePod(report([failure('fresh-proc', 'masked-proc', 'T2')])));
    expect(text).toContain('\n+ procMount: Unmasked, for fresh-proc [tier T2]\n');
    expect(text).toContain('\n              procMount: Unmasked\n');
    expect(text).toContain('drops both without a word');
  });

  it('says so if there is nothing to do', () => {
    expect(describePod(advisePod(report([])))).toBe('Kubernetes: this pod lacks no setting of Sandlot\n');
  });
});
