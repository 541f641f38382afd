/** The chart's worker as the tests here run it: its pod from the rendered manifests, its image's root file system. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../dev/setup/workspace.mjs';
import { IMAGE_CONFIG } from '../../docker/image.mjs';
import { stageRootfs } from '../../docker/stage-rootfs.mjs';
import { containerConfig } from '../pod/container-config.mjs';
import { readRenderedPod } from '../pod/read-manifest.mjs';
import { readProfile } from '../seccomp/read-profile.mjs';
import { POD_IDS, PodDirectory } from './run-pod.mjs';
import { programInPod } from './program-in-pod.mjs';

/** @typedef {import('../pod/pod-spec.mjs').PodSpec} PodSpec */
/** @typedef {import('../pod/pod-spec.mjs').SecurityContext} SecurityContext */
/** @typedef {import('../seccomp/read-profile.mjs').Profile} Profile */
/** @typedef {import('@sandlot/sandbox').DoctorReport} DoctorReport */
/** @typedef {import('./run-pod.mjs').Runtime} Runtime */
/** @typedef {import('../pod/read-manifest.mjs').RenderedPod} RenderedPod */

export const WORKER_PROFILE = readProfile('sandlot-worker');
const RUNTIME_DEFAULT = readProfile('runtime-default');

/** Of an ordinary machine for tests: it has neither the pod's cgroup nor ids beside the pod's own. */
const ALWAYS_MISSING = /^(?:cgroup|cgroup-(?:cpu|io|memory|pids)|sub-ids)$/;

/** Where pods meet, and have their Redis: in the image from the beginning, where root of a user namespace cannot make it. */
export const REDIS = '/run/redis';

/** The root file system that every pod of a test file has, read-only or not used for writing. */
export class WorkerImage {
  /** @readonly */
  #directory = mkdtempSync(join(tmpdir(), 'sandlot-image-'));
  /** @readonly */
  rootfs = join(this.#directory, 'rootfs');

  constructor() {
    chmodSync(this.#directory, 0o755);
    stageRootfs(this.rootfs);
    mkdirSync(join(this.rootfs, REDIS), { recursive: true });
  }

  remove() {
    rmSync(this.#directory, { recursive: true });
  }
}

/**
 * @param {string} preset of the chart
 * @param {'api' | 'worker'} [component]
 */
export function rendered(preset, component = 'worker') {
  return readRenderedPod(readFileSync(join(ROOT, `infra/helm/rendered/${preset}.yaml`), 'utf8'), component);
}

/** A pod of which nobody has thought: a name, and the directory that a read-only test image cannot give it. */
export const DEFAULT_POD = {
  pod: { containers: [{ name: 'worker', volumeMounts: [{ name: 'store', mountPath: '/var/lib/sandlot' }] }] },
  handlers: {},
};

/**
 * @typedef {object} RunOptions
 * @property {WorkerImage} image
 * @property {readonly string[]} [args] of `sandlot`, in the place of the pod's
 * @property {Readonly<Record<string, string>>} [env] added to the pod's
 * @property {boolean} [seccompDefault] of the kubelet, by default true
 * @property {Profile} [profile] filter that the node has for it, by default ours
 * @property {(command: readonly string[]) => readonly string[]} [run] what to run instead of the service, whose command it gets
 * @property {string} [redis] directory with the socket of a Redis, redis.sock, for {@link REDIS}
 * @property {string} [keys] directory with the API's keys.json
 * @property {string} [cgroup] for the container
 */

/**
 * @param {Runtime} runtime
 * @param {RenderedPod} rendering
 * @param {RunOptions} options
 */
export async function runPod(runtime, { pod, annotations = {}, handlers }, options) {
  const {
    image,
    args,
    env = {},
    seccompDefault = true,
    profile = WORKER_PROFILE,
    run = (command) => command,
    redis,
    keys,
    cgroup,
  } = options;
  const directory = new PodDirectory();
  try {
    const volumes = {
      store: join(directory.volumes, 'store'),
      scratch: join(directory.volumes, 'scratch'),
      ...(keys === undefined ? {} : { keys }),
    };
    const config = containerConfig(pod, {
      rootfs: image.rootfs,
      image: IMAGE_CONFIG,
      volumes,
      secrets: { 'sandlot-queue': { url: `redis+unix://${REDIS}/redis.sock` } },
      seccompDefault,
      runtimeDefault: RUNTIME_DEFAULT,
      seccompProfiles: { 'profiles/sandlot-worker.json': profile },
      podIds: POD_IDS,
      writableCgroups: ['sandlot'],
      annotations,
      handlers,
    });
    const command = args === undefined ? config.process.args : [...IMAGE_CONFIG.Entrypoint, ...args];
    const started = {
      ...config.process,
      args: run(command),
      env: [...config.process.env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
    };
    return await directory.run(
      runtime,
      { ...config, process: started, mounts: [...config.mounts, ...redisMount(redis)] },
      {
        fsGroup: pod.securityContext?.fsGroup,
        claims: (pod.volumes ?? []).flatMap((each) => ('persistentVolumeClaim' in each ? [each.name] : [])),
        ...(cgroup === undefined ? {} : { cgroup }),
      },
    );
  } finally {
    directory.remove();
  }
}

/** @param {string | undefined} source */
function redisMount(source) {
  return source === undefined ? [] : [{ destination: REDIS, type: 'bind', source, options: ['rbind', 'rw'] }];
}

/** @typedef {{ settings: readonly { setting: string, lifts: readonly string[] }[] }} PodReport */

/**
 * @param {Parameters<typeof runPod>} run
 * @returns {Promise<DoctorReport & { kubernetes: PodReport }>}
 */
export async function doctor(...[runtime, rendering, options]) {
  const end = await runPod(runtime, rendering, { ...options, args: ['doctor', '--json', '--kubernetes'] });
  if (!end.stdout.startsWith('{')) throw new Error(`No report, but: ${end.stdout}${end.stderr}`);
  return /** @type {DoctorReport & { kubernetes: PodReport }} */ (JSON.parse(end.stdout));
}

/**
 * The settings of a pod that the doctor misses, but for what a machine for tests has not.
 *
 * @param {{ kubernetes: PodReport }} report
 */
export function missedSettings({ kubernetes }) {
  return kubernetes.settings.flatMap(({ setting, lifts }) =>
    lifts.length > 0 && lifts.every((name) => ALWAYS_MISSING.test(name)) ? [] : [setting],
  );
}

/**
 * A worker's own service with a queue inside, since these pods have no Redis.
 *
 * @param {Runtime} runtime
 * @param {RenderedPod} rendering
 * @param {RunOptions & { jobs: readonly (object | 'example')[] }} options with jobs that the service is given
 */
export async function serve(runtime, rendering, options) {
  const { jobs, ...rest } = options;
  const settings = { SANDLOT_QUEUE: 'embedded', SANDLOT_MAX_MEMORY_BYTES: '1GiB', ...options.env };
  const run = programInPod('pod-program.mjs', { jobs });
  const end = await runPod(runtime, rendering, { ...rest, run, args: ['serve'], env: settings });
  if (!end.stdout.startsWith('{')) throw new Error(`Nothing served, but: ${end.stdout}${end.stderr}`);
  return /** @type {import('./pod-program.mjs').Served} */ (JSON.parse(end.stdout));
}

/** @param {DoctorReport} report */
export function failuresOf({ findings }) {
  return findings.filter(({ ability, status }) => status === 'failed' && !ALWAYS_MISSING.test(ability));
}

/**
 * @param {RenderedPod} rendering
 * @param {{ [K in keyof SecurityContext]: SecurityContext[K] | undefined }} context of the pod, where undefined takes a setting away
 * @param {Partial<PodSpec>} [rest]
 * @returns {RenderedPod}
 */
export function changed({ pod, ...rendering }, context, rest = {}) {
  const entries = Object.entries({ ...pod.securityContext, ...context }).filter(
    ([, value]) => value !== undefined,
  );
  return { pod: { ...pod, securityContext: Object.fromEntries(entries), ...rest }, ...rendering };
}

/**
 * @param {RenderedPod} rendering
 * @param {keyof SecurityContext} setting of the container
 * @returns {RenderedPod}
 */
export function withoutSetting({ pod, ...rendering }, setting) {
  const containers = pod.containers.map((container) => {
    const { [setting]: _, ...securityContext } = container.securityContext ?? {};
    return { ...container, securityContext };
  });
  return { pod: { ...pod, containers }, ...rendering };
}
