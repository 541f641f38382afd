import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** @typedef {ReturnType<typeof import('../pod/container-config.mjs').containerConfig>} ContainerConfig */
/** @typedef {'runc' | 'crun'} Runtime */
/** @typedef {{ code: number | null, stdout: string, stderr: string }} End */

/** Of one pod. A test that runs two has {@link POD_TEST_MS}. */
const LIMIT_MS = 55_000;
export const POD_TEST_MS = 120_000;

/** Debian keeps runc in /usr/sbin. */
const PATH = `${process.env['PATH']}:/usr/sbin:/sbin`;

/** Whether root starts the containers; else a plain user, in a user namespace with its subordinate ids. */
export const isRoot = process.geteuid?.() === 0;

/**
 * Host ids of a pod with a user namespace of its own. A plain user has just enough: its own, and then the subordinate ones,
 * each of which must be a mapping of its own here too (user_namespaces(7)).
 */
export const POD_IDS = isRoot
  ? [{ containerID: 0, hostID: 200_000, size: 65_536 }]
  : [
      { containerID: 0, hostID: 0, size: 1 },
      { containerID: 1, hostID: 1, size: 65_535 },
    ];

/** With pids of its own: whatever is left when this ends, or is killed for its time, goes with it. */
const ENTER = [
  'unshare',
  ...(isRoot ? [] : ['--user', '--map-root-user', '--map-auto']),
  ...['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'],
];

/** Whether this user may make what pods are started in. */
export function canRunPods() {
  try {
    execFileSync('env', [...ENTER, 'true'], { stdio: 'ignore', env: { PATH } });
    return true;
  } catch {
    return false;
  }
}

/** Where volumes are while a pod runs: known before, since the configuration names them. */
export class PodDirectory {
  /** @readonly */
  #path = mkdtempSync(join(tmpdir(), 'sandlot-pod-'));

  constructor() {
    for (const path of [this.#path, join(this.#path, 'state'), this.volumes])
      mkdirSync(path, { recursive: true });
    chmodSync(this.#path, 0o755);
  }

  get volumes() {
    return join(this.#path, 'volumes');
  }

  /**
   * Runs the one container of a pod to its end. Its volumes are new and empty: a tmpfs each, of the ids that the kubelet
   * would give them.
   *
   * @param {Runtime} runtime
   * @param {ContainerConfig} config
   * @param {{ fsGroup?: number | undefined, claims?: readonly string[], cgroup?: string }} [options] `fsGroup`: of the pod;
   *   `claims`: which volumes are no emptyDir; `cgroup`: a cgroup v2 directory for the container, below one
   *   that this user owns, which is removed afterwards; the container's exit code is not known then
   * @returns {Promise<End>}
   */
  async run(runtime, config, { fsGroup, claims = [], cgroup } = {}) {
    const adapted = adapt(config, cgroup);
    writeFileSync(join(this.#path, 'config.json'), JSON.stringify(adapted));
    const root = adapted.linux.namespaces.some(({ type }) => type === 'user') ? (POD_IDS[0]?.hostID ?? 0) : 0;
    const volumes = adapted.mounts.flatMap(({ type, source }) =>
      type === 'bind' && source.startsWith(this.volumes) ? [source] : [],
    );
    for (const path of volumes) mkdirSync(path, { recursive: true });
    const mounts = volumes.map((path) => {
      const mode = modeOf(fsGroup, claims.includes(basename(path)));
      return `mount -t tmpfs -o mode=${mode},uid=${root},gid=${root + (fsGroup ?? 0)} tmpfs ${path}`;
    });
    const state = join(this.#path, 'state');
    // Of pods that run at the same time each has its own.
    const name = basename(this.#path);
    if (cgroup === undefined)
      return await this.#execute([...mounts, start(runtime, state, name)].join(' && '));
    const uid = root + config.process.user.uid;
    const end = await this.#execute([...mounts, startIn(cgroup, uid, runtime, state, name)].join(' && '));
    await this.#execute(`find ${cgroup} -depth -type d -exec rmdir {} +`);
    return end;
  }

  remove() {
    rmSync(this.#path, { recursive: true });
  }

  /** @param {string} script @returns {Promise<End>} */
  async #execute(script) {
    const args = [...ENTER, '--propagation=private', 'sh', '-c', script];
    const options = {
      cwd: this.#path,
      env: { PATH, XDG_RUNTIME_DIR: this.#path },
      timeout: LIMIT_MS,
      killSignal: /** @type {const} */ ('SIGKILL'),
      maxBuffer: 2 ** 24,
    };
    return await new Promise((resolve) => {
      const child = execFile('env', args, options, (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr });
      });
    });
  }
}

/**
 * Of a new volume: the pod's group may write to it if there is one. Without, everybody may to an emptyDir, and root alone to a
 * claim.
 *
 * @param {number | undefined} fsGroup
 * @param {boolean} isClaim
 */
function modeOf(fsGroup, isClaim) {
  if (fsGroup !== undefined) return '2775';
  return isClaim ? '755' : '777';
}

/**
 * What a machine for tests has not: the AppArmor profile in its kernel; controllers of cgroup v2, or the right to hand
 * them on. Then the cgroup of the container is left out, and with it the only difference between tiers T0 and T1.
 *
 * @param {ContainerConfig} config
 * @param {string | undefined} cgroup
 * @returns {ContainerConfig}
 */
function adapt(config, cgroup) {
  const { apparmorProfile, ...started } = { apparmorProfile: undefined, ...config.process };
  return {
    ...config,
    process: isLoaded(apparmorProfile) ? config.process : started,
    mounts: config.mounts.filter(({ type }) => cgroup !== undefined || type !== 'cgroup'),
    linux: {
      ...config.linux,
      ...(cgroup === undefined ? {} : { cgroupsPath: cgroup.replace(/^\/sys\/fs\/cgroup/, '') }),
      namespaces: config.linux.namespaces.filter(({ type }) => cgroup !== undefined || type !== 'cgroup'),
    },
  };
}

/** @param {string | undefined} profile of AppArmor, as root may list them */
function isLoaded(profile) {
  const list = '/sys/kernel/security/apparmor/profiles';
  return isRoot && existsSync(list) && readFileSync(list, 'utf8').includes(`${profile} (`);
}

/**
 * @param {Runtime} runtime
 * @param {string} state
 * @param {string} name
 */
function start(runtime, state, name) {
  const command = {
    runc: `runc --root ${state} --rootless=auto`,
    // It knows no host with cgroups of both versions.
    crun: `mount -t tmpfs none /sys/fs/cgroup && exec crun --root ${state} --cgroup-manager=disabled`,
  }[runtime];
  return `${command} run ${name}`;
}

/**
 * In a cgroup as runc makes it for a writable one: of the user of the process (crun gives it to root of the container). The
 * runtime is gone before the container begins, since a cgroup that hands controllers on holds no stranger.
 *
 * @param {string} cgroup
 * @param {number} uid
 * @param {Runtime} runtime
 * @param {string} state
 * @param {string} name
 */
function startIn(cgroup, uid, runtime, state, name) {
  const command = {
    runc: `runc --root ${state} --rootless=true`,
    crun: `crun --root ${state} --cgroup-manager=disabled`,
  }[runtime];
  const own = ['', '/cgroup.procs', '/cgroup.threads', '/cgroup.subtree_control']
    .map((file) => cgroup + file)
    .join(' ');
  return [
    `mkdir ${cgroup} && chown ${uid}:${uid} ${own}`,
    `(echo 0 >${cgroup}/cgroup.procs && exec ${command} create ${name})`,
    `${command} start ${name}`,
    // This shell is pid 1 here, so that the container would end with it.
    `while ${command} state ${name} | grep --quiet '"running"'; do sleep 0.1; done`,
  ].join(' && ');
}
