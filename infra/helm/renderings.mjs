import { join } from 'node:path';
import { ROOT } from '../dev/setup/workspace.mjs';

/** The chart, and what of it is checked in. */
export const CHART = join(ROOT, 'infra/helm/sandlot');

/** Any version that the chart is for: nothing in it asks which. */
const KUBE_VERSION = '1.33.0';

/** What each rendering has: the queue is somebody's own Redis, its URL in a Secret, as are the API keys. */
const COMMON = { 'queue.existingSecret': 'sandlot-queue' };

/** The manifests by which tests run pods. */
const PRESETS = ['full', 'restricted', 'legacy'];

/**
 * Every option that makes an object of its own, but those that exclude another.
 *
 * @type {Rendering['values']}
 */
export const OPTIONS = {
  'redis.enabled': 'true',
  'redis.existingSecret': 'sandlot-queue',
  'autoscaling.type': 'keda',
  'api.ingress.enabled': 'true',
  'api.httpRoute.enabled': 'true',
  'api.httpRoute.parentRefs[0].name': 'gateway',
  'monitoring.scrape.enabled': 'true',
  'monitoring.rules.enabled': 'true',
  'monitoring.dashboard.enabled': 'true',
  'profiles.install': 'true',
};

const KEDA = { 'autoscaling.type': 'keda' };

/** Where the queue can be beside one server. Commas would end a value. */
const QUEUES = {
  sentinel: {
    'queue.address': 'redis-0.redis:26379\\,redis-1.redis:26379',
    'queue.sentinelMaster': 'jobs',
    'queue.sentinelPasswordKey': 'sentinel-password',
  },
  cluster: { 'queue.address': 'redis-0.redis:6379\\,redis-1.redis:6379' },
};

/** @typedef {{ file: string, values: Readonly<Record<string, string>>, note: string }} Rendering `file` below the root */

/** @type {readonly Rendering[]} */
export const RENDERINGS = [
  { file: 'infra/kustomize/base/sandlot.yaml', values: COMMON, note: 'The chart with its own values.' },
  ...PRESETS.map((preset) => ({
    file: `infra/helm/rendered/${preset}.yaml`,
    values: { ...COMMON, 'worker.preset': preset },
    note: `The chart with worker.preset=${preset}.`,
  })),
  {
    file: 'infra/helm/rendered/crio.yaml',
    values: { ...COMMON, 'cluster.runtime': 'crio', 'worker.cgroupOwner': 'root' },
    note: 'The chart for CRI-O with crun, which gives a cgroup to the root of the container.',
  },
  ...Object.entries(QUEUES).map(([kind, values]) => ({
    file: `infra/helm/rendered/${kind}.yaml`,
    values: { ...COMMON, ...KEDA, 'queue.kind': kind, ...values },
    note: `The chart with queue.kind=${kind} and KEDA.`,
  })),
  {
    file: 'infra/helm/rendered/options.yaml',
    values: OPTIONS,
    note: 'The chart with all that is optional.',
  },
];

/**
 * A chart is a directory of its own: what it has of other rooms is copied. From and to, below the root.
 *
 * @type {readonly (readonly [string, string])[]}
 */
export const COPIES = [
  ['infra/grafana/sandlot.json', 'infra/helm/sandlot/files/dashboard.json'],
  ['infra/kubernetes/seccomp/sandlot-worker.json', 'infra/helm/sandlot/files/sandlot-worker.json'],
  ['infra/kubernetes/apparmor/sandlot-worker', 'infra/helm/sandlot/files/sandlot-worker.apparmor'],
  ['infra/apparmor/fit-profile.sh', 'infra/helm/sandlot/files/fit-profile.sh'],
];

/**
 * @param {Rendering['values']} values
 * @param {string} [release]
 * @returns {readonly string[]} of `helm`
 */
export function helmArguments(values, release = 'sandlot') {
  const settings = Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  return ['template', release, CHART, `--kube-version=${KUBE_VERSION}`, ...settings];
}
