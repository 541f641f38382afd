import { CGROUP_CONTROLLERS } from '@sandlot/engine';
import type { CgroupStep } from '../../src/cgroup/cgroup-finding.js';
import { PROBED_ABILITY_NAMES, type ProbedAbility } from '../../src/doctor/ability.js';
import type { CgroupTrial } from '../../src/doctor/cause/cgroup-cause.js';
import type { CauseCode } from '../../src/doctor/causes.js';
import type { Evidence } from '../../src/doctor/diagnose.js';
import type { HostFacts } from '../../src/doctor/host-facts.js';
import type { LibraryFailure } from '../../src/native/try-library.js';
import type { ProbeVerdict } from '../../src/doctor/probe-line.js';
import type { SubordinateIds } from '../../src/slot/identify-worker.js';

/** A plain user on a host that forbids nothing. */
export const FREE_HOST: HostFacts = {
  kernel: '6.12.0',
  uid: 1000,
  gid: 1000,
  user: 'ann',
  capabilities: '0000000000000000',
  boundingSet: '000001ffffffffff',
  noNewPrivs: false,
  seccomp: 0,
  isSelinuxEnforcing: false,
  uidMap: [{ inside: 0, outside: 0, count: 4_294_967_295 }],
  gidMap: [{ inside: 0, outside: 0, count: 4_294_967_295 }],
  hasProc: true,
  sysctls: { 'user.max_user_namespaces': 31_840 },
  procMasks: [],
  programMounts: [],
  isChrooted: false,
  isRootReadOnly: false,
  subordinateIds: { uids: [{ first: 100_000, count: 65_536 }], gids: [{ first: 100_000, count: 65_536 }] },
  cgroup: { mounts: [{ path: '/sys/fs/cgroup', isReadOnly: false }], own: '/own', v1Controllers: [] },
};

/** A cgroup that can be used, with all controllers. */
export const GOOD_CGROUP: CgroupTrial = {
  source: 'own',
  directory: '/sys/fs/cgroup/own',
  owner: 1000,
  controllers: controllers({ enabled: true }),
};

/** The same for every controller. */
export function controllers(each: { readonly enabled: boolean; readonly errno?: string }) {
  const entries = CGROUP_CONTROLLERS.map((name) => [name, each] as const);
  // All names are there, which Object.fromEntries does not tell.
  return Object.fromEntries(entries) as CgroupTrial['controllers'];
}

/** Real root with every capability. */
export const ROOT: Partial<HostFacts> = { uid: 0, user: 'root', capabilities: '000001ffffffffff' };
export const NO_PROC: Partial<HostFacts> = { hasProc: false, uidMap: [], gidMap: [] };

/** The path that a cgroup is refused at. */
export const REFUSED_PATH = '/sys/fs/cgroup/own/sandlot-doctor-1';

/** A cgroup that fails at a step. */
export function refused(step: CgroupStep, errno: string, path = REFUSED_PATH) {
  return { failure: { step, path, errno }, controllers: controllers({ enabled: false, errno }) };
}

/** A failed probe: its step, errno and notes. */
export type FailedProbe = readonly [step: string, errno: string, notes?: Readonly<Record<string, number>>];

export interface Deviation {
  readonly failed?: Readonly<Partial<Record<ProbedAbility, FailedProbe>>>;
  readonly facts?: Partial<HostFacts>;
  readonly cgroup?: Partial<CgroupTrial>;
  readonly library?: LibraryFailure;
  readonly subordinateIds?: SubordinateIds;
}

/** Evidence of a host where all works, but for the deviation. */
export function evidence(deviation: Deviation = {}): Evidence {
  const { failed = {}, facts = {}, cgroup = {}, library, subordinateIds = 'auto' } = deviation;
  return {
    library,
    subordinateIds,
    verdicts: new Map(PROBED_ABILITY_NAMES.map((name) => [name, verdict(failed[name])] as const)),
    cgroup: { ...GOOD_CGROUP, ...cgroup },
    facts: { ...FREE_HOST, ...facts },
  };
}

function verdict(failed: FailedProbe | undefined): ProbeVerdict {
  if (failed === undefined) return { notes: {} };
  const [step, errno, notes = {}] = failed;
  return { failure: { step, errno }, notes };
}

/** What is seen, the ability that is found to have failed, why, the tier, words of the text, how it is seen. */
export type CauseCase = readonly [
  what: string,
  ability: string,
  code: CauseCode,
  tier: string,
  words: string,
  deviation: Deviation,
];
