/**
 * What a node makes of a pod: the kubelet turns the specification into a request to the container runtime, which turns
 * that into a configuration of the OCI runtime specification for runc or crun. This does the same for everything that
 * decides what the container may do, so that a pod can be tried without a cluster.
 *
 * Left out: resources (their cgroups are the node's), and what a node adds for the network.
 */
import { containerMounts } from './container-mounts.mjs';
import { checkPod } from './pod-spec.mjs';

/** @typedef {import('./pod-spec.mjs').PodSpec} PodSpec */
/** @typedef {import('./pod-spec.mjs').SecurityContext} SecurityContext */
/** @typedef {import('../seccomp/read-profile.mjs').Profile} SeccompProfile */

/**
 * A node, as far as a container's configuration depends on it.
 *
 * @typedef {object} Node
 * @property {string} rootfs of the image
 * @property {typeof import('../../docker/image.mjs').IMAGE_CONFIG} image
 * @property {Readonly<Record<string, string>>} volumes directory for each volume of the pod
 * @property {Readonly<Record<string, Readonly<Record<string, string>>>>} secrets
 * @property {boolean} seccompDefault of the kubelet: whether a pod without a profile gets RuntimeDefault
 * @property {SeccompProfile} runtimeDefault for a process without capabilities
 * @property {Readonly<Record<string, SeccompProfile>>} seccompProfiles files below the kubelet's seccomp directory
 * @property {IdMappings} podIds host ids of the pod, if it has a user namespace
 * @property {Readonly<Record<string, string>>} [annotations] of the pod, for CRI-O
 * @property {readonly string[]} writableCgroups handlers of the runtime with `cgroup_writable = true`
 * @property {Readonly<Record<string, string>>} handlers by name of the RuntimeClass
 */

/** @typedef {readonly { containerID: number, hostID: number, size: number }[]} IdMappings */

/**
 * config.json of the OCI runtime specification, as far as it is used here.
 *
 * @typedef {object} ContainerConfig
 * @property {string} ociVersion
 * @property {{ path: string, readonly: boolean }} root
 * @property {string} hostname
 * @property {object} process
 * @property {{ uid: number, gid: number, additionalGids: readonly number[] }} process.user
 * @property {readonly string[]} process.args
 * @property {string} process.cwd
 * @property {readonly string[]} process.env
 * @property {boolean} process.noNewPrivileges
 * @property {Readonly<Record<'bounding' | 'effective' | 'permitted', readonly string[]>>} process.capabilities
 * @property {string} [process.apparmorProfile]
 * @property {readonly import('./container-mounts.mjs').Mount[]} mounts
 * @property {object} linux
 * @property {readonly { type: string }[]} linux.namespaces
 * @property {IdMappings} [linux.uidMappings]
 * @property {IdMappings} [linux.gidMappings]
 * @property {readonly string[]} [linux.maskedPaths]
 * @property {readonly string[]} [linux.readonlyPaths]
 * @property {SeccompProfile} [linux.seccomp]
 */

/** What containerd gives a container that drops nothing (default_unix.go of its package oci). */
const DEFAULT_CAPABILITIES = [
  ...[
    'AUDIT_WRITE',
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'MKNOD',
    'NET_BIND_SERVICE',
    'NET_RAW',
  ],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
];

/** What the kubelet asks to cover unless procMount says otherwise (pkg/securitycontext/util.go). */
export const MASKED_PATHS = [
  ...['/proc/acpi', '/proc/asound', '/proc/interrupts', '/proc/kcore', '/proc/keys', '/proc/latency_stats'],
  ...['/proc/timer_list', '/proc/timer_stats', '/proc/sched_debug', '/proc/scsi', '/sys/firmware'],
  '/sys/devices/virtual/powercap',
];
export const READ_ONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** That of CRI-O, where a node allows it (allowed_annotations of its runtime). */
const CRIO_WRITABLE_CGROUP = 'cgroup2-mount-hierarchy-rw.crio.io';

/** Every pod has it, whatever enableServiceLinks says. */
const KUBERNETES = ['KUBERNETES_SERVICE_HOST=10.96.0.1', 'KUBERNETES_SERVICE_PORT=443'];

/**
 * @param {PodSpec} pod
 * @param {Node} node
 * @returns {ContainerConfig}
 * @throws {Error} if the node would refuse the pod, or if something in it has no translation
 */
export function containerConfig(pod, node) {
  checkPod(pod);
  const [container] = pod.containers;
  if (container === undefined) throw new Error('The pod has no container');
  const context = { ...pod.securityContext, ...container.securityContext };
  const capabilities = capabilitiesOf(context);
  const seccomp = seccompOf(context, capabilities, node);
  const hasUserNamespace = pod.hostUsers === false;
  if (context.procMount === 'Unmasked' && !hasUserNamespace) {
    throw new Error('procMount Unmasked takes hostUsers false, or the API server refuses the pod');
  }
  return {
    ociVersion: '1.0.2',
    root: { path: node.rootfs, readonly: context.readOnlyRootFilesystem === true },
    hostname: container.name,
    process: {
      user: userOf(context, node),
      args: [...(container.command ?? node.image.Entrypoint), ...(container.args ?? node.image.Cmd)],
      cwd: container.workingDir ?? node.image.WorkingDir,
      env: [...node.image.Env, ...KUBERNETES, ...environmentOf(container.env ?? [], node)],
      noNewPrivileges: context.allowPrivilegeEscalation === false,
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      ...appArmorOf(context),
    },
    mounts: containerMounts(container, {
      volumes: node.volumes,
      hasWritableCgroup: hasWritableCgroup(pod, node),
    }),
    linux: {
      namespaces: [
        'pid',
        'mount',
        'ipc',
        'uts',
        'network',
        'cgroup',
        ...(hasUserNamespace ? ['user'] : []),
      ].map((type) => ({ type })),
      ...(hasUserNamespace ? { uidMappings: node.podIds, gidMappings: node.podIds } : {}),
      ...(context.procMount === 'Unmasked'
        ? {}
        : { maskedPaths: MASKED_PATHS, readonlyPaths: READ_ONLY_PATHS }),
      ...(seccomp === undefined ? {} : { seccomp }),
    },
  };
}

/**
 * @param {SecurityContext} context
 * @returns {readonly string[]}
 */
function capabilitiesOf({ capabilities: { add = [], drop = [] } = {} }) {
  const kept = drop.includes('ALL') ? [] : DEFAULT_CAPABILITIES.filter((name) => !drop.includes(name));
  return [...new Set([...kept, ...add])].map((name) => `CAP_${name}`);
}

/**
 * @param {SecurityContext} context
 * @param {readonly string[]} capabilities
 * @param {Node} node
 * @returns {SeccompProfile | undefined}
 */
function seccompOf({ seccompProfile }, capabilities, node) {
  const { type, localhostProfile = '' } = seccompProfile ?? {
    type: node.seccompDefault ? 'RuntimeDefault' : 'Unconfined',
  };
  switch (type) {
    case 'Unconfined':
      return undefined;
    case 'RuntimeDefault':
      return withCapabilities(node.runtimeDefault, capabilities);
    case 'Localhost': {
      const profile = node.seccompProfiles[localhostProfile];
      if (profile === undefined)
        throw new Error(`The node has no seccomp profile ${localhostProfile}: CreateContainerError`);
      return profile;
    }
  }
}

/**
 * RuntimeDefault allows more with more capabilities; of those that pods here have, one counts.
 *
 * @param {SeccompProfile} profile
 * @param {readonly string[]} capabilities
 */
function withCapabilities(profile, capabilities) {
  if (!capabilities.includes('CAP_SYS_CHROOT')) return profile;
  return { ...profile, syscalls: [...profile.syscalls, { names: ['chroot'], action: 'SCMP_ACT_ALLOW' }] };
}

/**
 * @param {SecurityContext} context
 * @param {Node} node
 */
function userOf({ runAsUser, runAsGroup, runAsNonRoot, fsGroup, supplementalGroups = [] }, { image }) {
  const [imageUid = 0, imageGid = 0] = image.User.split(':').map(Number);
  const uid = runAsUser ?? imageUid;
  if (runAsNonRoot === true && uid === 0)
    throw new Error('runAsNonRoot refuses uid 0: CreateContainerConfigError');
  const gid = runAsGroup ?? (runAsUser === undefined ? imageGid : 0);
  // The first group is among the others too (ensureAdditionalGids of containerd's package oci).
  const additionalGids = [
    ...new Set([gid, ...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])]),
  ];
  return { uid, gid, additionalGids };
}

/**
 * @param {readonly import('./pod-spec.mjs').EnvironmentVariable[]} variables
 * @param {Node} node
 */
function environmentOf(variables, { secrets }) {
  return variables.map(({ name, value, valueFrom }) => {
    const { name: secret = '', key = '' } = valueFrom?.secretKeyRef ?? {};
    const text = valueFrom === undefined ? (value ?? '') : secrets[secret]?.[key];
    if (text === undefined)
      throw new Error(`The cluster has no secret for ${name}: CreateContainerConfigError`);
    return `${name}=${text}`;
  });
}

/** @param {SecurityContext} context */
function appArmorOf({ appArmorProfile }) {
  const name = appArmorProfile?.type === 'Localhost' ? appArmorProfile.localhostProfile : undefined;
  return name === undefined ? {} : { apparmorProfile: name };
}

/**
 * @param {PodSpec} pod
 * @param {Node} node
 */
function hasWritableCgroup({ runtimeClassName }, { annotations = {}, handlers, writableCgroups }) {
  if (annotations[CRIO_WRITABLE_CGROUP] === 'true') return true;
  if (runtimeClassName === undefined) return false;
  const handler = handlers[runtimeClassName];
  if (handler === undefined) throw new Error(`The cluster has no RuntimeClass ${runtimeClassName}`);
  return writableCgroups.includes(handler);
}
