/**
 * What the kubelet asks of a container runtime for a pod: the messages of the container runtime interface, with the names
 * that api.proto has.
 */
import { MASKED_PATHS, READ_ONLY_PATHS } from '../kubernetes/pod/container-config.mjs';
import { checkPod } from '../kubernetes/pod/pod-spec.mjs';

/** @typedef {import('../kubernetes/pod/pod-spec.mjs').SecurityContext} SecurityContext */
/** @typedef {import('../kubernetes/pod/read-manifest.mjs').RenderedPod} RenderedPod */

/**
 * @typedef {object} NodeOptions
 * @property {string} name of the pod
 * @property {string} image
 * @property {string} logs directory
 * @property {string} seccomp directory of the kubelet for profiles
 * @property {Readonly<Record<string, string>>} volumes directory for each volume of the pod
 * @property {number} firstId of the host, for a pod with a user namespace
 * @property {Readonly<Record<string, string>>} env in the place of the pod's own
 * @property {readonly string[]} command
 */

/** So many ids has a pod. */
const IDS = 65_536;

/**
 * @param {RenderedPod} rendering
 * @param {NodeOptions} node
 */
export function criRequests({ pod, handlers }, node) {
  checkPod(pod);
  const [container] = pod.containers;
  if (container === undefined) throw new Error('The pod has no container');
  const context = { ...pod.securityContext, ...container.securityContext };
  const ids = pod.hostUsers === false ? [{ host_id: node.firstId, container_id: 0, length: IDS }] : undefined;
  const namespaces = {
    network: 'POD',
    pid: 'CONTAINER',
    ipc: 'POD',
    ...(ids === undefined ? {} : { userns_options: { mode: 'POD', uids: ids, gids: ids } }),
  };
  const own = { namespace_options: namespaces, ...userOf(context), ...seccompOf(context, node.seccomp) };
  return {
    handler: handlers[pod.runtimeClassName ?? ''] ?? '',
    sandbox: {
      metadata: { name: node.name, uid: node.name, namespace: 'default', attempt: 0 },
      hostname: node.name,
      log_directory: node.logs,
      linux: { cgroup_parent: '/kubepods', security_context: own },
    },
    container: {
      metadata: { name: container.name, attempt: 0 },
      image: { image: node.image },
      command: node.command,
      log_path: 'log',
      // Strings before containerd 2.2, on the wire the same.
      envs: Object.entries(node.env).map(([key, value]) => ({ key, value: Buffer.from(value) })),
      mounts: (container.volumeMounts ?? []).map(({ name, mountPath, readOnly = false }) => ({
        container_path: mountPath,
        host_path: node.volumes[name],
        readonly: readOnly,
        ...(ids === undefined ? {} : { uidMappings: ids, gidMappings: ids }),
      })),
      linux: {
        security_context: {
          ...own,
          no_new_privs: context.allowPrivilegeEscalation === false,
          readonly_rootfs: context.readOnlyRootFilesystem === true,
          capabilities: {
            add_capabilities: context.capabilities?.add ?? [],
            drop_capabilities: context.capabilities?.drop ?? [],
          },
          ...(context.procMount === 'Unmasked'
            ? {}
            : { masked_paths: MASKED_PATHS, readonly_paths: READ_ONLY_PATHS }),
        },
      },
    },
  };
}

/** @param {SecurityContext} context */
function userOf({ runAsUser, runAsGroup, fsGroup }) {
  return {
    ...(runAsUser === undefined ? {} : { run_as_user: { value: runAsUser } }),
    ...(runAsGroup === undefined ? {} : { run_as_group: { value: runAsGroup } }),
    supplemental_groups: fsGroup === undefined ? [] : [fsGroup],
  };
}

/**
 * @param {SecurityContext} context
 * @param {string} directory
 */
function seccompOf({ seccompProfile }, directory) {
  const { type = 'RuntimeDefault', localhostProfile } = seccompProfile ?? {};
  return {
    seccomp: {
      profile_type: type,
      ...(localhostProfile === undefined ? {} : { localhost_ref: `${directory}/${localhostProfile}` }),
    },
  };
}
