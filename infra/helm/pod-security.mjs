/**
 * The Pod Security Standards (kubernetes.io/docs/concepts/security/pod-security-standards) on what our pods use, by what
 * pod-security-admission does: a pod's level is the strictest that admits it.
 *
 * @typedef {import('./manifest.js').PodSpec} PodSpec
 * @typedef {import('./manifest.js').Container} Container
 * @typedef {import('./manifest.js').SecurityContext} SecurityContext
 * @typedef {{ level: 'privileged' | 'baseline' | 'restricted', baseline: readonly string[], restricted: readonly string[] }} Verdict
 *   with the fields that keep it from `baseline` and `restricted`
 */

/** May be added in baseline, the list of 1.0 and of every later version. */
const BASELINE_CAPABILITIES = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);
const SELINUX_TYPES = new Set([
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);
const RESTRICTED_VOLUMES = new Set([
  ...[
    'configMap',
    'csi',
    'downwardAPI',
    'emptyDir',
    'ephemeral',
    'persistentVolumeClaim',
    'projected',
    'secret',
  ],
]);

/** From here on a user namespace of the pod admits an unmasked /proc in baseline, and uid 0 in restricted. */
const USER_NAMESPACE_MINOR = 35;

/**
 * @param {PodSpec} pod
 * @param {number} minor of the policy's version, at least 31
 * @returns {Verdict}
 */
export function podSecurity(pod, minor) {
  const relaxed = pod.hostUsers === false && minor >= USER_NAMESPACE_MINOR;
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  const contexts = [pod, ...containers].map(({ securityContext = {} }) => securityContext);
  const baseline = [
    ...namespaceDefects(pod),
    ...named(
      'hostPath',
      hasVolume(pod, (kind) => kind === 'hostPath'),
    ),
    ...contexts.flatMap((context) => baselineDefects(context, relaxed)),
  ];
  const restricted = [
    ...baseline,
    ...named(
      'volumes',
      hasVolume(pod, (kind) => !RESTRICTED_VOLUMES.has(kind)),
    ),
    ...named(
      'procMount',
      contexts.some(({ procMount = 'Default' }) => procMount !== 'Default'),
    ),
    ...named('runAsUser', !relaxed && contexts.some(({ runAsUser }) => runAsUser === 0)),
    ...containers.flatMap((container) => restrictedDefects(container, pod.securityContext ?? {}, relaxed)),
  ];
  const level = baseline.length > 0 ? 'privileged' : restricted.length > 0 ? 'baseline' : 'restricted';
  return { level, baseline: [...new Set(baseline)], restricted: [...new Set(restricted)] };
}

/** @param {PodSpec} pod */
function namespaceDefects({ hostNetwork = false, hostPID = false, hostIPC = false }) {
  return [...named('hostNetwork', hostNetwork), ...named('hostPID', hostPID), ...named('hostIPC', hostIPC)];
}

/**
 * @param {SecurityContext} context
 * @param {boolean} relaxed
 */
function baselineDefects(context, relaxed) {
  const { privileged = false, procMount = 'Default', capabilities = {} } = context;
  const { seccompProfile, appArmorProfile, seLinuxOptions } = context;
  return [
    ...named('privileged', privileged),
    ...named('procMount', procMount !== 'Default' && !relaxed),
    ...named('seccompProfile', seccompProfile?.type === 'Unconfined'),
    ...named('appArmorProfile', appArmorProfile?.type === 'Unconfined'),
    ...named('seLinuxOptions', !SELINUX_TYPES.has(seLinuxOptions?.type ?? '')),
    ...named(
      'capabilities',
      (capabilities.add ?? []).some((name) => !BASELINE_CAPABILITIES.has(name)),
    ),
  ];
}

/**
 * @param {Container} container
 * @param {SecurityContext} ofPod
 * @param {boolean} relaxed
 */
function restrictedDefects({ securityContext = {} }, ofPod, relaxed) {
  const { drop = [], add = [] } = securityContext.capabilities ?? {};
  const { runAsNonRoot = ofPod.runAsNonRoot, seccompProfile = ofPod.seccompProfile } = securityContext;
  return [
    ...named('allowPrivilegeEscalation', securityContext.allowPrivilegeEscalation !== false),
    ...named('runAsNonRoot', !relaxed && runAsNonRoot !== true),
    ...named('seccompProfile', seccompProfile === undefined),
    ...named('capabilities', !drop.includes('ALL') || add.some((name) => name !== 'NET_BIND_SERVICE')),
  ];
}

/**
 * @param {PodSpec} pod
 * @param {(kind: string) => boolean} isSuch
 */
function hasVolume({ volumes = [] }, isSuch) {
  return volumes.some((volume) => Object.keys(volume).some((kind) => kind !== 'name' && isSuch(kind)));
}

/**
 * @param {string} field
 * @param {boolean} isDefect
 */
function named(field, isDefect) {
  return isDefect ? [field] : [];
}
