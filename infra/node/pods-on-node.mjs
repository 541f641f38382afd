import { chmodSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { criRequests } from './cri-request.mjs';

/** @typedef {import('../kubernetes/pod/read-manifest.mjs').RenderedPod} RenderedPod */

/** Of the image, and of the group of its volumes. */
const UID = 10_001;
const POD_MS = 240_000;

/**
 * A node's containerd, and where it keeps what belongs to pods.
 *
 * @typedef {object} PodNode
 * @property {import('./cri-client.mjs').Cri} cri
 * @property {string} store directory for volumes, on a file system whose ids can be mapped
 * @property {string} state directory for logs, and with the kubelet's `seccomp`
 * @property {number} firstId of the host, for pods with a user namespace
 * @property {Readonly<Record<string, string>>} env of containers, in the place of the pod's own
 */

/**
 * A container that was made and not started.
 *
 * @typedef {object} NodeContainer
 * @property {string} id
 * @property {string} handler of its runtime, empty for the usual one
 * @property {string} log file
 * @property {Readonly<Record<string, string>>} volumes directory for each
 */

/**
 * Makes a pod and its container as the kubelet asks for them, and removes them when they have been used.
 *
 * @template T
 * @param {PodNode} node
 * @param {RenderedPod} rendering
 * @param {readonly string[]} command
 * @param {(container: NodeContainer) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function inContainer(node, rendering, command, use) {
  const { cri, state, firstId, env } = node;
  const name = `worker-${Math.round(performance.now())}`;
  const logs = join(state, 'logs', name);
  mkdirSync(logs, { recursive: true });
  const volumes = { store: volume(node, name, 'store'), scratch: volume(node, name, 'scratch') };
  const { handler, sandbox, container } = criRequests(rendering, {
    ...{ name, image: 'localhost/sandlot:sandlot', logs, seccomp: join(state, 'seccomp'), volumes },
    ...{ firstId, env, command },
  });
  const { pod_sandbox_id: pod } = await cri('RunPodSandbox', { config: sandbox, runtime_handler: handler });
  try {
    const { container_id: id } = await cri('CreateContainer', {
      pod_sandbox_id: pod,
      config: container,
      sandbox_config: sandbox,
    });
    return await use({ id, handler, log: join(logs, 'log'), volumes });
  } finally {
    await cri('StopPodSandbox', { pod_sandbox_id: pod });
    await cri('RemovePodSandbox', { pod_sandbox_id: pod });
  }
}

/**
 * Runs a pod to its end.
 *
 * @param {PodNode} node
 * @param {RenderedPod} rendering
 * @param {readonly string[]} command
 * @returns {Promise<string>} what it wrote to stdout
 */
export async function runOnNode(node, rendering, command) {
  return await inContainer(node, rendering, command, async ({ id, handler, log }) => {
    await node.cri('StartContainer', { container_id: id });
    if (handler === 'sandlot') giveCgroup(node, id);
    await untilExited(node, id);
    return readLog(log);
  });
}

/**
 * As runc does where systemd makes its cgroups, which a guest without one cannot show: its own way leaves them to root.
 *
 * @param {PodNode} node
 * @param {string} id
 */
function giveCgroup({ firstId }, id) {
  const directory = join('/sys/fs/cgroup/kubepods', id);
  for (const name of ['', 'cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control'])
    chownSync(join(directory, name), firstId + UID, firstId + UID);
}

/**
 * An emptyDir with the pod's fsGroup, of the host's ids: mounts of a pod with a user namespace are mapped.
 *
 * @param {PodNode} node
 * @param {string} pod
 * @param {string} name
 */
function volume({ store }, pod, name) {
  const path = join(store, 'volumes', pod, name);
  mkdirSync(path, { recursive: true });
  chownSync(path, 0, UID);
  chmodSync(path, 0o2770);
  return path;
}

/**
 * @param {PodNode} node
 * @param {string} id
 */
async function untilExited({ cri }, id) {
  const deadline = performance.now() + POD_MS;
  for (;;) {
    const { status } = await cri('ContainerStatus', { container_id: id });
    if (status.state === 'CONTAINER_EXITED') return;
    if (performance.now() > deadline) throw new Error(`The container did not end within ${POD_MS} ms`);
    await delay(200);
  }
}

/**
 * Stdout of a log of the container runtime interface: `time stream P|F text`, where P is a line that goes on.
 *
 * @param {string} path
 */
function readLog(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines
    .flatMap((line) => {
      const [, tag, text = ''] = /^\S+ stdout ([PF]) (.*)$/.exec(line) ?? [];
      return tag === undefined ? [] : [tag === 'F' ? `${text}\n` : text];
    })
    .join('');
}
