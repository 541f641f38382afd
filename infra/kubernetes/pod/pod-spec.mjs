/**
 * The part of a pod's specification that decides what its container may do. Names as in the Kubernetes API.
 *
 * @typedef {object} Profile
 * @property {'RuntimeDefault' | 'Localhost' | 'Unconfined'} type
 * @property {string} [localhostProfile]
 *
 * @typedef {object} SecurityContext of a pod or of a container, whose fields win
 * @property {number} [runAsUser]
 * @property {number} [runAsGroup]
 * @property {boolean} [runAsNonRoot]
 * @property {number} [fsGroup]
 * @property {string} [fsGroupChangePolicy]
 * @property {readonly number[]} [supplementalGroups]
 * @property {Profile} [seccompProfile]
 * @property {Profile} [appArmorProfile]
 * @property {boolean} [allowPrivilegeEscalation]
 * @property {boolean} [readOnlyRootFilesystem]
 * @property {'Default' | 'Unmasked'} [procMount]
 * @property {{ add?: readonly string[], drop?: readonly string[] }} [capabilities]
 *
 * @typedef {object} EnvironmentVariable
 * @property {string} name
 * @property {string} [value]
 * @property {{ secretKeyRef?: { name: string, key: string } }} [valueFrom]
 *
 * @typedef {object} Container
 * @property {string} name
 * @property {readonly string[]} [command]
 * @property {readonly string[]} [args]
 * @property {string} [workingDir]
 * @property {readonly EnvironmentVariable[]} [env]
 * @property {SecurityContext} [securityContext]
 * @property {readonly { name: string, mountPath: string, readOnly?: boolean }[]} [volumeMounts]
 *
 * @typedef {object} PodSpec
 * @property {boolean} [hostUsers]
 * @property {string} [runtimeClassName]
 * @property {boolean} [automountServiceAccountToken]
 * @property {SecurityContext} [securityContext]
 * @property {readonly { name: string, persistentVolumeClaim?: object }[]} [volumes]
 * @property {readonly Container[]} containers
 */

/** What is translated into a container's configuration. */
const TRANSLATED = {
  pod: [
    'containers',
    'hostUsers',
    'runtimeClassName',
    'securityContext',
    'volumes',
    'automountServiceAccountToken',
  ],
  container: ['args', 'command', 'env', 'name', 'securityContext', 'volumeMounts', 'workingDir'],
  context: [
    ...[
      'allowPrivilegeEscalation',
      'appArmorProfile',
      'capabilities',
      'fsGroup',
      'fsGroupChangePolicy',
      'procMount',
    ],
    ...[
      'readOnlyRootFilesystem',
      'runAsGroup',
      'runAsNonRoot',
      'runAsUser',
      'seccompProfile',
      'supplementalGroups',
    ],
  ],
};

/** What decides where and when a pod runs, and how much it gets, not what it may do. */
const ASIDE = {
  pod: [
    ...[
      'affinity',
      'enableServiceLinks',
      'imagePullSecrets',
      'nodeSelector',
      'priorityClassName',
      'restartPolicy',
    ],
    ...['serviceAccountName', 'terminationGracePeriodSeconds', 'tolerations', 'topologySpreadConstraints'],
  ],
  container: [
    ...[
      'image',
      'imagePullPolicy',
      'lifecycle',
      'livenessProbe',
      'ports',
      'readinessProbe',
      'resources',
      'startupProbe',
    ],
  ],
  context: [],
};

/**
 * Checks that nothing in a pod would be passed over: a setting that is not translated would be tested by nobody.
 *
 * @param {PodSpec} pod
 * @throws {Error} naming the field
 */
export function checkPod(pod) {
  checkFields('pod', 'spec', pod);
  checkFields('context', 'spec.securityContext', pod.securityContext ?? {});
  if (pod.containers.length !== 1)
    throw new Error(`Expected one container in the pod, got ${pod.containers.length}`);
  for (const container of pod.containers) {
    checkFields('container', `container ${container.name}`, container);
    checkFields('context', `securityContext of ${container.name}`, container.securityContext ?? {});
  }
}

/**
 * @param {keyof typeof TRANSLATED} kind
 * @param {string} place
 * @param {object} fields
 */
function checkFields(kind, place, fields) {
  const known = [...TRANSLATED[kind], ...ASIDE[kind]];
  const unknown = Object.keys(fields).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${place}: no translation for ${unknown.join(', ')}`);
}
