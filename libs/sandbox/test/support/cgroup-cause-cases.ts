import type { CgroupController } from '@sandlot/engine';
import type { HostFacts } from '../../src/doctor/host-facts.js';
import type { ControllerTrial } from '../../src/doctor/try-controllers.js';
import { REFUSED_PATH as PATH, ROOT, controllers, refused, type CauseCase } from './doctor-evidence.js';

const V1: HostFacts['cgroup'] = {
  mounts: [{ path: '/sys/fs/cgroup/unified', isReadOnly: false }],
  own: '/',
  v1Controllers: ['memory', 'blkio'],
};

function deviating(name: CgroupController, trial: ControllerTrial) {
  return { controllers: { ...controllers({ enabled: true }), [name]: trial } };
}

/** For each mechanism that keeps cgroups from cells, a host on which it is at work. */
export const CGROUP_CAUSE_CASES: readonly CauseCase[] = [
  ['SANDLOT_CGROUP=none', 'cgroup', 'cgroup-refused', 'T1', 'Unset', { cgroup: { source: 'none' } }],
  [
    'no cgroup v2',
    'cgroup',
    'cgroup-not-mounted',
    'T1',
    'No cgroup v2',
    { cgroup: refused('find', 'ENOENT'), facts: { cgroup: { mounts: [], v1Controllers: [] } } },
  ],
  [
    'cgroup v1',
    'cgroup-memory',
    'cgroup-v1',
    'T1',
    'systemd.unified_cgroup_hierarchy=1',
    { cgroup: refused('find', 'ENOENT'), facts: { cgroup: V1 } },
  ],
  [
    'cgroup v1 for io, as blkio',
    'cgroup-io',
    'cgroup-v1',
    'T1',
    'memory, blkio',
    { cgroup: refused('find', 'root'), facts: { cgroup: V1 } },
  ],
  [
    'the root cgroup',
    'cgroup',
    'cgroup-root',
    'T1',
    'systemd-run --user --scope -p Delegate=yes',
    { cgroup: refused('find', 'root', '/sys/fs/cgroup') },
  ],
  [
    'a directory of ours that we live outside of',
    'cgroup',
    'cgroup-elsewhere',
    'T1',
    'echo $$ >',
    { cgroup: { source: 'operator', ...refused('move', 'EACCES') } },
  ],
  [
    'a container in the cgroup namespace of its host',
    'cgroup',
    'cgroup-outside',
    'T1',
    '--cgroupns=private',
    { cgroup: refused('find', 'outside', '/docker/1') },
  ],
  [
    'an operator’s directory that is none',
    'cgroup',
    'cgroup-not-found',
    'T1',
    '/nowhere',
    { cgroup: { source: 'operator', ...refused('find', 'ENOENT', '/nowhere') } },
  ],
  [
    'a read-only cgroupfs',
    'cgroup',
    'cgroup-read-only',
    'T1',
    'cgroup_writable = true',
    { cgroup: refused('make', 'EROFS') },
  ],
  [
    'a cgroup that crun gave to root',
    'cgroup',
    'cgroup-of-another-user',
    'T1',
    'SANDLOT_RUN_AS=1000',
    { cgroup: { ...refused('make', 'EACCES'), owner: 0 }, facts: { container: 'podman' } },
  ],
  [
    'uid 0 in a cgroup that the runtime gave to the user of the image',
    'cgroup',
    'cgroup-not-of-root',
    'T1',
    '`runAsUser: 10001`',
    {
      cgroup: { ...refused('make', 'EACCES'), owner: 10_001 },
      facts: { ...ROOT, capabilities: '0', container: 'podman' },
    },
  ],
  [
    'uid 0 in a cgroup of somebody who has no id in this container',
    'cgroup',
    'cgroup-not-delegated',
    'T1',
    'SystemdCgroup = true',
    {
      cgroup: { ...refused('make', 'EACCES'), owner: 65_534 },
      facts: { ...ROOT, capabilities: '0', container: 'podman' },
    },
  ],
  [
    'uid 0 that may not give a cgroup away',
    'cgroup',
    'cgroup-without-capabilities',
    'T1',
    'CAP_CHOWN and CAP_DAC_OVERRIDE',
    { cgroup: refused('make', 'EPERM', `${PATH}/cgroup.procs`), facts: { ...ROOT, capabilities: 'c0' } },
  ],
  [
    'uid 0 that may not be born in a cgroup given away',
    'cgroup',
    'cgroup-without-capabilities',
    'T1',
    'without the capabilities CAP_DAC_OVERRIDE,',
    { cgroup: refused('clone', 'EACCES'), facts: { ...ROOT, capabilities: 'c1' } },
  ],
  [
    'a threaded cgroup',
    'cgroup',
    'cgroup-threaded',
    'T1',
    '/sys/fs/cgroup/own is threaded',
    { cgroup: refused('clone', 'ENOTSUP') },
  ],
  [
    'no disk that takes io.max',
    'cgroup-io',
    'no-disk-to-limit',
    'T0',
    'io.max',
    { cgroup: deviating('io', { enabled: false, errno: 'no-disk' }) },
  ],
  [
    'a limit that is read back as another',
    'cgroup-pids',
    'controller-without-file',
    'T1',
    'pids.max of it does not hold a limit: EINVAL',
    { cgroup: deviating('pids', { enabled: false, step: 'pids.max', errno: 'EINVAL' }) },
  ],
  [
    'a service without Delegate=yes',
    'cgroup',
    'cgroup-not-delegated',
    'T1',
    'Delegate=yes beside User=',
    { cgroup: { ...refused('make', 'EACCES'), owner: 0 } },
  ],
  ['own processes in it', 'cgroup', 'cgroup-busy', 'T1', 'alone', { cgroup: refused('enable', 'EBUSY') }],
  [
    'a limit on cgroups',
    'cgroup',
    'cgroup-limit-reached',
    'T1',
    'cgroup.max.descendants',
    { cgroup: refused('make', 'EAGAIN') },
  ],
  [
    'a kernel without cgroup.kill',
    'cgroup',
    'kernel-too-old',
    'T1',
    '5.14',
    { cgroup: refused('kill', 'ENOENT') },
  ],
  [
    'a controller not enabled one level up',
    'cgroup-memory',
    'controller-not-enabled',
    'T1',
    'The controller memory is not enabled above /sys/fs/cgroup/own',
    { cgroup: deviating('memory', { enabled: false, errno: 'ENOENT' }) },
  ],
  [
    'a controller behind our own processes',
    'cgroup-memory',
    'cgroup-busy',
    'T1',
    'still in the cgroup',
    { cgroup: deviating('memory', { enabled: false, errno: 'EBUSY' }) },
  ],
];
