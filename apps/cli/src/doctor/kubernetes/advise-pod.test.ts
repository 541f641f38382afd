import { CAUSES, type CauseCode, type DoctorReport, type Finding, type HostFacts } from '@sandlot/sandbox';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { advisePod } from './advise-pod.js';
import { describePod } from './describe-pod.js';
import { POD_REMEDIES } from './pod-remedies.js';
import { POD_SETTINGS } from './pod-setting.js';
import type { PodFacts } from './read-pod.js';

const POD_USERS = [{ inside: 0, outside: 200_000, count: 65_536 }];
const HOST_USERS = [{ inside: 0, outside: 0, count: 4_294_967_295 }];

function failure(ability: Finding['ability'], code: CauseCode, tier?: Finding['tier']): Finding {
  return { ability, status: 'failed', code, ...(tier === undefined ? {} : { tier }) };
}

/** A pod that lacks nothing. */
const HARDENED = {
  uid: 10_001,
  gid: 10_001,
  boundingSet: '0',
  noNewPrivs: true,
  seccomp: 2,
  uidMap: POD_USERS,
  isRootReadOnly: true,
} satisfies Partial<HostFacts>;
const WRITABLE: PodFacts = { hasServiceAccountToken: false, unwritable: [] };

function report(findings: readonly Finding[], host: Partial<HostFacts> = {}): DoctorReport {
  // Nothing else is looked at.
  return { findings, host: { ...HARDENED, ...host } } as unknown as DoctorReport;
}

const advise = (findings: readonly Finding[], host: Partial<HostFacts> = {}, pod: Partial<PodFacts> = {}) =>
  advisePod(report(findings, host), { ...WRITABLE, ...pod });

const settingsOf = (...args: Parameters<typeof advise>) =>
  advise(...args).settings.map(({ setting }) => setting);

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
    expect(advise([{ ability: 'clone3', status: 'ok' }, missing])).toEqual({
      settings: [],
      elsewhere: [{ place: 'node', abilities: ['landlock'] }],
    });
    expect(settingsOf([failure('clone3', 'seccomp-or-kernel'), missing])).toEqual(['seccompProfile']);
  });

  it('does not advise to be root and not to be root', () => {
    const root = failure('user-namespace', 'root-without-capabilities', 'T4');
    const cgroup = failure('cgroup', 'cgroup-not-delegated', 'T1');
    expect(advise([root, cgroup]).settings).toMatchObject([
      { setting: 'runAs', lifts: ['user-namespace', 'cgroup'], tier: 'T4' },
    ]);
  });

  it('wants a user namespace for a whole /proc, and says what cannot be known', () => {
    const advice = advise([failure('fresh-proc', 'masked-proc', 'T2')], { uidMap: HOST_USERS });
    expect(advice.settings).toMatchObject([
      { setting: 'hostUsers', lifts: ['fresh-proc'], tier: 'T2' },
      { setting: 'procMount', lifts: ['fresh-proc'], tier: 'T2' },
    ]);
    expect(advice.note).toMatch(/cannot be known from inside.*before Kubernetes 1\.33 drops both/);
  });

  it('advises a user namespace though nothing fails for want of it', () => {
    expect(advise([], { uidMap: HOST_USERS }).settings).toMatchObject([{ setting: 'hostUsers', lifts: [] }]);
    expect(advise([])).toEqual({ settings: [], elsewhere: [] });
  });

  it.each<[string, Partial<HostFacts>, readonly string[]]>([
    ['capabilities: drop ALL', { boundingSet: '00000000a80425fb' }, ['dropCapabilities']],
    ['allowPrivilegeEscalation', { noNewPrivs: false }, ['noPrivilegeEscalation']],
    ['readOnlyRootFilesystem', { isRootReadOnly: false }, ['readOnlyRootFilesystem']],
    ['a filter', { seccomp: 0 }, ['seccompProfile']],
    ['an AppArmor profile', { securityLabel: 'unconfined' }, ['appArmorProfile']],
    ['runAsGroup', { gid: 0 }, ['runAsUser']],
    ['SANDLOT_RUN_AS, for which it has what it takes', { uid: 0, gid: 0, boundingSet: 'c1' }, ['runAs']],
    ['nothing, once it became another user', { boundingSet: 'c1' }, []],
  ])('names what a pod lacks though nothing fails: %s', (_what, host, expected) => {
    expect(settingsOf([], host)).toEqual(expected);
  });

  it('does not take from newuidmap what it needs', () => {
    expect(settingsOf([{ ability: 'sub-ids', status: 'ok' }], { noNewPrivs: false })).toEqual([]);
  });

  it('advises SANDLOT_RUN_AS for a cgroup of root, whose root may give it away', () => {
    const cgroup = failure('cgroup', 'cgroup-without-capabilities', 'T1');
    expect(advise([cgroup], { uid: 0, gid: 0, boundingSet: 'c1' }).settings).toMatchObject([
      { setting: 'runAs', lifts: ['cgroup'], tier: 'T1' },
    ]);
  });

  it('names the volumes of directories that cannot be written, and a token that nobody needs', () => {
    expect(advise([], {}, { unwritable: ['SANDLOT_DATA_DIR', 'TMPDIR'] }).settings).toMatchObject([
      { setting: 'fsGroup', lifts: ['SANDLOT_DATA_DIR'] },
      { setting: 'scratch', lifts: ['TMPDIR'] },
    ]);
    expect(settingsOf([], {}, { hasServiceAccountToken: true })).toEqual(['noServiceAccountToken']);
  });

  it('says of what no pod can mend where that is', () => {
    const findings = [failure('landlock', 'no-landlock'), failure('sub-ids', 'no-sub-ids')];
    expect(advise(findings)).toEqual({
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
    expect(advise(findings).settings).toMatchObject([{ lifts: ['tmpfs', 'fresh-proc'], tier: 'T3' }]);
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
    const others = ['fsGroup', 'scratch'];
    const hardening = Object.entries(POD_SETTINGS).flatMap(([name, setting]) =>
      'hardens' in setting ? name : [],
    );
    expect(new Set([...used, ...others, ...hardening])).toEqual(new Set(Object.keys(POD_SETTINGS)));
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
    const text = describePod(advise([failure('fresh-proc', 'masked-proc', 'T2')]));
    expect(text).toContain('\n+ procMount: Unmasked, for fresh-proc [tier T2]\n');
    expect(text).toContain('\n              procMount: Unmasked\n');
    expect(text).toContain('drops both without a word');
  });

  it('says so if there is nothing to do', () => {
    expect(describePod(advise([]))).toBe('Kubernetes: this pod lacks no setting of Sandlot\n');
  });
});
