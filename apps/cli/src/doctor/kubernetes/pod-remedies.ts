import type { CauseCode, Finding } from '@sandlot/sandbox';
import type { PodSettingName } from './pod-setting.js';

/** Where a cause is mended, if the pod runs in Kubernetes. */
export type PodRemedy =
  | { readonly settings: readonly PodSettingName[] }
  /** By no setting of the pod; the ordinary remedy says how. */
  | { readonly place: 'image' | 'node' | 'environment' }
  /** Of a host, not of a pod: why. */
  | { readonly never: string };

const IMAGE = { place: 'image' } as const;
const NODE = { place: 'node' } as const;
const ENVIRONMENT = { place: 'environment' } as const;

/** Every cause, by what lifts it in a pod. */
export const POD_REMEDIES: Readonly<Record<CauseCode, PodRemedy>> = {
  'koffi-not-installed': IMAGE,
  'library-not-built': IMAGE,
  'library-not-loadable': IMAGE,
  'namespace-limit-zero': { settings: ['nodeSysctls'] },
  'namespace-limit-reached': { settings: ['nodeSysctls'] },
  'unprivileged-userns-clone': { settings: ['nodeSysctls'] },
  'apparmor-user-namespaces': { settings: ['appArmorProfile'] },
  chrooted: { never: 'runtimes enter the image by pivot_root(2)' },
  'unmapped-ids': { settings: ['runAsUser'] },
  'no-proc': { never: 'runtimes mount proc' },
  'proc-read-only': { never: 'kubelets ask for a writable proc' },
  'root-without-capabilities': { settings: ['runAsUser'] },
  'process-limit-reached': NODE,
  'seccomp-container': { settings: ['seccompProfile'] },
  'seccomp-service': { settings: ['seccompProfile'] },
  'seccomp-or-kernel': { settings: ['seccompProfile'] },
  'apparmor-profile': { settings: ['appArmorProfile'] },
  selinux: { settings: ['seLinuxOptions'] },
  'masked-proc': { settings: ['procMount'] },
  'no-whole-proc': { settings: ['procMount'] },
  'memfd-noexec': NODE,
  'kernel-too-old': NODE,
  'no-overlay': NODE,
  'mounts-in-programs': IMAGE,
  'overlay-refused': NODE,
  'no-landlock': NODE,
  'sub-ids-refused': ENVIRONMENT,
  'no-other-ids': { settings: ['hostUsers'] },
  'no-sub-ids': IMAGE,
  'sub-ids-not-mapped': IMAGE,
  'no-id-map-helper': IMAGE,
  'id-map-helper-without-privilege': { settings: ['allowPrivilegeEscalation'] },
  'id-map-helper-bounded': { settings: ['allowPrivilegeEscalation'] },
  'id-map-helper-refused': IMAGE,
  'cgroup-refused': ENVIRONMENT,
  'cgroup-not-mounted': NODE,
  'cgroup-v1': NODE,
  'cgroup-root': { never: 'a container has a cgroup of its own' },
  'cgroup-outside': NODE,
  'cgroup-elsewhere': ENVIRONMENT,
  'cgroup-not-found': ENVIRONMENT,
  'cgroup-read-only': { settings: ['runtimeClass'] },
  'cgroup-of-another-user': { settings: ['runAs'] },
  'cgroup-not-of-root': { settings: ['runAsUser'] },
  'cgroup-without-capabilities': { settings: ['runAsUser'] },
  'cgroup-threaded': { never: 'runtimes make cgroups of the type domain' },
  'cgroup-not-delegated': { settings: ['runAs'] },
  'cgroup-busy': IMAGE,
  'controller-not-enabled': NODE,
  'controller-without-file': NODE,
  'no-disk-to-limit': NODE,
  'cgroup-limit-reached': NODE,
  'needs-another': { never: 'it is told with what it needs' },
  unexplained: { never: 'nobody knows what lifts it' },
};

/**
 * What lifts a failure in a pod.
 *
 * @param findings all of the report: a filter that lets clone3 pass is one for workers, and not what another call lacks
 */
export function podRemedyOf({ code }: Finding, findings: readonly Finding[]): PodRemedy | undefined {
  if (code === undefined) return undefined;
  const hasFilter = findings.some(({ ability, status }) => ability === 'clone3' && status === 'ok');
  return code === 'seccomp-or-kernel' && hasFilter ? NODE : POD_REMEDIES[code];
}
