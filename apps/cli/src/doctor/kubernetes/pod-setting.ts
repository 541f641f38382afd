/** A setting of a pod, of its cluster or of its node that lifts what stands in the way of cells. */
export interface PodSetting {
  /** What to call it: a field of the pod, if it is one. */
  readonly title: string;
  /** Lines of YAML, as they stand in a manifest; of a node, what stands in the file that the note names. */
  readonly fragment: readonly string[];
  /** What else it takes. */
  readonly note: string;
  /** What it is good for though nothing fails without it: a sentence after "so that". */
  readonly hardens?: string;
}

/** Every setting, in the order in which a pod has them. The container is called `worker`, as in the chart. */
export const POD_SETTINGS = {
  hostUsers: {
    title: 'hostUsers: false',
    fragment: ['spec:', '  hostUsers: false'],
    note: 'A user namespace of its own: Kubernetes 1.33, Linux 6.3, containerd 2.0 with runc 1.2, or CRI-O with crun 1.9.',
    hardens: 'nobody in it is a user of the node',
  },
  runtimeClass: {
    title: 'a writable cgroup',
    fragment: ['spec:', '  runtimeClassName: sandlot'],
    note: "containerd 2.1 or newer: a RuntimeClass whose runtime has `cgroup_writable = true`. CRI-O: in its place the annotation `cgroup2-mount-hierarchy-rw.crio.io: 'true'`, which the node must allow. GKE: `writableCgroups` of the node pool.",
  },
  runAsUser: {
    title: 'runAsUser: 10001',
    fragment: [
      'spec:',
      '  securityContext:',
      '    runAsNonRoot: true',
      '    runAsUser: 10001',
      '    runAsGroup: 10001',
    ],
    note: 'Uid 0 without capabilities may map no ids; any other uid below 65536 may.',
    hardens: 'who breaks out of a cell is not root of the pod',
  },
  runAs: {
    title: 'SANDLOT_RUN_AS, from root of the pod',
    fragment: [
      'spec:',
      '  hostUsers: false',
      '  securityContext:',
      '    runAsNonRoot: false',
      '    runAsUser: 0',
      '    runAsGroup: 0',
      '  containers:',
      '    - name: worker',
      '      env:',
      "        - { name: SANDLOT_RUN_AS, value: '10001' }",
      '      securityContext:',
      '        capabilities: { drop: [ALL], add: [CHOWN, SETGID, SETUID] }',
    ],
    note: 'crun gives the cgroup to root of the pod: the worker begins as that, gives itself the cgroup and becomes 10001.',
    hardens: 'who breaks out of a cell is not root of the pod',
  },
  seccompProfile: {
    title: 'seccompProfile: Localhost',
    fragment: [
      'spec:',
      '  securityContext:',
      '    seccompProfile:',
      '      type: Localhost',
      '      localhostProfile: profiles/sandlot-worker.json',
    ],
    note: 'On each node: infra/kubernetes/seccomp/sandlot-worker.json in /var/lib/kubelet/seccomp/profiles. Without that file the container is not created.',
    hardens: 'who breaks out of a cell has few system calls',
  },
  appArmorProfile: {
    title: 'appArmorProfile: Localhost',
    fragment: [
      'spec:',
      '  securityContext:',
      '    appArmorProfile:',
      '      type: Localhost',
      '      localhostProfile: sandlot-worker',
    ],
    note: 'On each node: load infra/kubernetes/apparmor/sandlot-worker. Only where AppArmor is on: elsewhere the pod does not start.',
    hardens: 'who breaks out of a cell reads and writes little',
  },
  seLinuxOptions: {
    title: 'seLinuxOptions: container_engine_t',
    fragment: ['spec:', '  securityContext:', '    seLinuxOptions:', '      type: container_engine_t'],
    note: 'Only on nodes with SELinux.',
  },
  procMount: {
    title: 'procMount: Unmasked',
    fragment: [
      'spec:',
      '  hostUsers: false',
      '  containers:',
      '    - name: worker',
      '      securityContext:',
      '        procMount: Unmasked',
    ],
    note: 'Kubernetes 1.33; Pod Security admits it at `baseline` from version 1.35 on, and before at `privileged`.',
  },
  allowPrivilegeEscalation: {
    title: 'allowPrivilegeEscalation: true',
    fragment: [
      'spec:',
      '  containers:',
      '    - name: worker',
      '      securityContext:',
      '        allowPrivilegeEscalation: true',
      '        capabilities: { drop: [ALL], add: [SETGID, SETUID] }',
    ],
    note: 'With newuidmap and newgidmap in the image that have file capabilities, not the set-user-ID bit. Not needed for any tier.',
  },
  noPrivilegeEscalation: {
    title: 'allowPrivilegeEscalation: false',
    fragment: [
      'spec:',
      '  containers:',
      '    - name: worker',
      '      securityContext:',
      '        allowPrivilegeEscalation: false',
    ],
    note: 'A worker gains no privilege by executing a program, unless it uses newuidmap.',
    hardens: 'no program gives privileges to who breaks out of a cell',
  },
  dropCapabilities: {
    title: 'capabilities: drop ALL',
    fragment: [
      'spec:',
      '  containers:',
      '    - name: worker',
      '      securityContext:',
      '        capabilities: { drop: [ALL] }',
    ],
    note: 'A worker uses none; with SANDLOT_RUN_AS it is started with CHOWN, SETGID and SETUID.',
    hardens: 'who breaks out of a cell can have no capability',
  },
  readOnlyRootFilesystem: {
    title: 'readOnlyRootFilesystem: true',
    fragment: [
      'spec:',
      '  containers:',
      '    - name: worker',
      '      securityContext:',
      '        readOnlyRootFilesystem: true',
    ],
    note: 'A worker writes to its data directory and to /tmp alone, which are volumes.',
    hardens: 'who breaks out of a cell cannot change the image',
  },
  noServiceAccountToken: {
    title: 'automountServiceAccountToken: false',
    fragment: ['spec:', '  automountServiceAccountToken: false'],
    note: 'A worker does not speak to the API server.',
    hardens: 'who breaks out of a cell finds no token of the API server',
  },
  fsGroup: {
    title: 'fsGroup: 10001',
    fragment: ['spec:', '  securityContext:', '    fsGroup: 10001'],
    note: 'The volume of the data directory then belongs to that group. A volume that ignores it has to be writable for uid 10001 by itself.',
  },
  scratch: {
    title: 'an emptyDir at /tmp',
    fragment: [
      'spec:',
      '  volumes:',
      '    - name: scratch',
      '      emptyDir: {}',
      '  containers:',
      '    - name: worker',
      '      volumeMounts:',
      '        - { name: scratch, mountPath: /tmp }',
    ],
    note: 'WASI modules without namespaces have their files there; cells have a memory of their own.',
  },
  nodeSysctls: {
    title: 'sysctls of the node',
    fragment: ['user.max_user_namespaces = 31840', 'kernel.unprivileged_userns_clone = 1'],
    note: 'In /etc/sysctl.d/90-sandlot.conf on the node, or in the settings of its image (Bottlerocket, Talos): no pod can set them. The second only where the kernel has it.',
  },
} as const satisfies Readonly<Record<string, PodSetting>>;

export type PodSettingName = keyof typeof POD_SETTINGS;
