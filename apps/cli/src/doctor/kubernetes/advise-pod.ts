import type { Tier } from '@sandlot/contract';
import { isWorseTier } from '@sandlot/engine';
import type { DoctorReport, Finding, HostFacts } from '@sandlot/sandbox';
import { hardeningOf } from './hardening.js';
import { isInHostUsers } from './host-users.js';
import { podRemedyOf, type PodRemedy } from './pod-remedies.js';
import { POD_SETTINGS, type PodSetting, type PodSettingName } from './pod-setting.js';
import type { PodFacts } from './read-pod.js';

/** What lets a worker write, by the variable of the directory. */
const VOLUMES = { SANDLOT_DATA_DIR: 'fsGroup', TMPDIR: 'scratch' } as const;

/** A setting that is not in effect, with what it would lift. */
export interface PodAdvice extends PodSetting {
  readonly setting: PodSettingName;
  /** What fails without it: abilities, variables of directories. Empty: nothing, and it is advised all the same. */
  readonly lifts: readonly string[];
  /** The best tier without it; absent if no tier depends on it. */
  readonly tier?: Tier;
}

/** What a report says to whoever wrote the manifest of this pod. */
export interface PodReport {
  readonly settings: readonly PodAdvice[];
  /** Failures that no setting of a pod lifts, by where they are mended. */
  readonly elsewhere: readonly { readonly place: string; readonly abilities: readonly string[] }[];
  /** What cannot be known from inside. */
  readonly note?: string;
}

const DROPPED =
  'Whether the manifest lacks hostUsers and procMount, or has them and they were dropped, cannot be known from inside the pod: an API server before Kubernetes 1.33 drops both without a word. `kubectl get pod POD -o yaml` shows what it has kept.';

/** What must change for what failed, and what should though nothing failed. */
export function advisePod({ findings, host }: DoctorReport, pod: PodFacts): PodReport {
  const failed = findings.filter(({ status }) => status === 'failed');
  const remedies = failed.map((finding) => ({ finding, remedy: podRemedyOf(finding, findings) }));
  const wanted = withoutContradiction([
    ...remedies.flatMap((each) => settingsOf(each, host)),
    ...pod.unwritable.map((name) => ({ setting: VOLUMES[name], lifts: name })),
    ...hardeningOf({ host, findings, pod }).map((setting) => ({ setting })),
  ]);
  const names = Object.keys(POD_SETTINGS) as PodSettingName[]; // keys of a closed record
  const settings = names
    .filter((name) => wanted.some(({ setting }) => setting === name))
    .map((name) => toAdvice(name, wanted));
  const isDoubtful = settings.some(({ setting }) => setting === 'hostUsers' || setting === 'procMount');
  return { settings, elsewhere: elsewhereOf(remedies), ...(isDoubtful ? { note: DROPPED } : {}) };
}

interface Wanted {
  readonly setting: PodSettingName;
  readonly finding?: Finding;
  /** What else it is for. */
  readonly lifts?: string;
}

interface Remedied {
  readonly finding: Finding;
  readonly remedy: PodRemedy | undefined;
}

/** procMount takes a user namespace of the pod; both are in effect or not, and each says so by itself. */
function settingsOf({ finding, remedy }: Remedied, host: HostFacts): readonly Wanted[] {
  if (remedy === undefined || !('settings' in remedy)) return [];
  const needsUsers = remedy.settings.some((name) => name === 'procMount' || name === 'runAs');
  const users = needsUsers && isInHostUsers(host) ? [{ setting: 'hostUsers', finding } as const] : [];
  return [...users, ...remedy.settings.map((setting) => ({ setting, finding }))];
}

/** Who begins as root and becomes 10001 is that user in the end: one of the two does for both. */
function withoutContradiction(wanted: readonly Wanted[]): readonly Wanted[] {
  if (!wanted.some(({ setting }) => setting === 'runAs')) return wanted;
  return wanted.map((each) => (each.setting === 'runAsUser' ? { ...each, setting: 'runAs' } : each));
}

function toAdvice(setting: PodSettingName, wanted: readonly Wanted[]): PodAdvice {
  const own = wanted.filter((each) => each.setting === setting);
  const findings = own.flatMap(({ finding }) => finding ?? []);
  const tiers = findings.flatMap(({ tier }) => tier ?? []);
  const tier = tiers.reduce<Tier | undefined>(
    (worst, each) => (worst === undefined || isWorseTier(each, worst) ? each : worst),
    undefined,
  );
  const lifts = own.flatMap((each) => each.finding?.ability ?? each.lifts ?? []);
  return { setting, ...POD_SETTINGS[setting], lifts, ...(tier === undefined ? {} : { tier }) };
}

function elsewhereOf(remedies: readonly Remedied[]): PodReport['elsewhere'] {
  const places = new Map<string, string[]>();
  for (const { finding, remedy } of remedies) {
    if (remedy === undefined || 'settings' in remedy) continue;
    const place = 'place' in remedy ? remedy.place : 'unknown';
    places.set(place, [...(places.get(place) ?? []), finding.ability]);
  }
  return [...places].map(([place, abilities]) => ({ place, abilities }));
}
