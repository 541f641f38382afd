/**
 * What containerd mounts in every container (mounts.go of its package oci), and where a worker's cgroup is.
 *
 * @typedef {{ destination: string, type: string, source: string, options: readonly string[] }} Mount
 */

const SAFE = ['nosuid', 'noexec', 'nodev'];

/** @type {readonly Mount[]} */
const USUAL = [
  { destination: '/proc', type: 'proc', source: 'proc', options: SAFE },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
  },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: SAFE },
  { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: [...SAFE, 'mode=1777', 'size=65536k'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...SAFE, 'ro'] },
];

/**
 * @param {import('./pod-spec.mjs').Container} container
 * @param {{ volumes: Readonly<Record<string, string>>, hasWritableCgroup: boolean }} node
 * @returns {readonly Mount[]}
 */
export function containerMounts({ volumeMounts = [] }, { volumes, hasWritableCgroup }) {
  return [
    ...USUAL,
    {
      destination: '/sys/fs/cgroup',
      type: 'cgroup',
      source: 'cgroup',
      options: [...SAFE, 'relatime', hasWritableCgroup ? 'rw' : 'ro'],
    },
    ...volumeMounts.map(({ name, mountPath, readOnly = false }) => {
      const source = volumes[name];
      if (source === undefined) throw new Error(`The node has no volume ${name}`);
      return { destination: mountPath, type: 'bind', source, options: ['rbind', readOnly ? 'ro' : 'rw'] };
    }),
  ];
}
