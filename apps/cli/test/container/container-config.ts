/** What engines cover and make read-only in /proc by default; /sys is left out, nothing here looks at it. */
const MASKED_PATHS = [
  ...['/proc/acpi', '/proc/asound', '/proc/interrupts', '/proc/kcore', '/proc/keys', '/proc/latency_stats'],
  ...['/proc/timer_list', '/proc/timer_stats', '/proc/sched_debug', '/proc/scsi'],
];
const READ_ONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

export interface ContainerOptions {
  readonly rootfs: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly uid: number;
  /** @default none, as for seccomp=unconfined */
  readonly seccomp?: unknown;
  /** Whether parts of /proc are covered, as by default. */
  readonly masksProc: boolean;
  /** Names of capabilities. @default none */
  readonly capabilities?: readonly string[];
  /** Ids of a user namespace: from 0 on, outside `start` and so on. @default the host's own */
  readonly userNamespace?: { readonly start: number; readonly count: number };
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Directory that shows the container's own cgroup; it is mounted writable, in a cgroup namespace. @default none */
  readonly cgroup?: string;
}

/** A container of the OCI runtime specification, as an engine would start it for an unprivileged user. */
export function containerConfig(options: ContainerOptions): unknown {
  const { rootfs, args, cwd, uid, capabilities = [], seccomp, masksProc, userNamespace, cgroup } = options;
  return {
    ociVersion: '1.0.2',
    root: { path: rootfs, readonly: true },
    hostname: 'container',
    process: {
      user: { uid, gid: uid },
      args,
      cwd,
      env: [
        'PATH=/usr/bin:/bin',
        'HOME=/tmp',
        ...Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
      ],
      noNewPrivileges: true,
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
    },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=65536k'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] },
      // The checkout may be below /tmp.
      { destination: cwd, type: 'bind', source: cwd, options: ['rbind', 'ro'] },
      ...(cgroup === undefined
        ? []
        : [{ destination: '/sys/fs/cgroup', type: 'bind', source: cgroup, options: ['bind', 'rw'] }]),
    ],
    linux: {
      namespaces: [
        ...['pid', 'mount', 'ipc', 'uts', 'network'].map((type) => ({ type })),
        ...(userNamespace === undefined ? [] : [{ type: 'user' }]),
        ...(cgroup === undefined ? [] : [{ type: 'cgroup' }]),
      ],
      ...(userNamespace === undefined ? {} : idMappings(userNamespace)),
      ...(masksProc ? { maskedPaths: MASKED_PATHS, readonlyPaths: READ_ONLY_PATHS } : {}),
      ...(seccomp === undefined ? {} : { seccomp }),
    },
  };
}

function idMappings({ start, count }: { readonly start: number; readonly count: number }) {
  const mappings = [{ containerID: 0, hostID: start, size: count }];
  return { uidMappings: mappings, gidMappings: mappings };
}
