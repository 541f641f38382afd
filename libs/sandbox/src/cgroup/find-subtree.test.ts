import { describe, expect, it } from 'vitest';
import { locate } from './find-subtree.js';

const V2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate';
const HYBRID = `29 23 0:25 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n31 23 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`;

describe('locate', () => {
  it.each([
    ['a systemd scope', '0::/user.slice/run-1.scope\n', V2, '/sys/fs/cgroup/user.slice/run-1.scope'],
    ['a container with a namespace of its own', '0::/\n', V2, '/sys/fs/cgroup'],
    ['a hybrid host', '8:pids:/a\n0::/b\n', HYBRID, '/sys/fs/cgroup/unified/b'],
    [
      'a container that sees a part of the host’s tree',
      '0::/docker/1/x\n',
      '30 23 0:26 /docker/1 /sys/fs/cgroup ro - cgroup2 cgroup2 ro',
      '/sys/fs/cgroup/x',
    ],
    [
      'a mount over one of the host',
      '0::/\n',
      `30 23 0:26 /../../.. /sys/fs/cgroup rw - cgroup2 x rw\n33 32 0:26 / /sys/fs/cgroup rw - cgroup2 x rw`,
      '/sys/fs/cgroup',
    ],
    [
      'the top of that part',
      '0::/docker/1\n',
      '30 23 0:26 /docker/1 /sys/fs/cgroup ro - cgroup2 cgroup2 ro',
      '/sys/fs/cgroup',
    ],
  ])('finds it in %s', (_where, cgroups, mounts, directory) => {
    expect(locate(cgroups, mounts)).toEqual({ directory });
  });

  it.each([
    [
      'only version 1 is mounted',
      '3:pids:/a\n0::/\n',
      '29 23 0:25 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids',
      'ENOENT',
    ],
    ['the process has no unified line', '3:pids:/a\n', V2, 'ENOENT'],
    ['it lies above the namespace', '0::/../other\n', V2, 'outside'],
    [
      'it lies outside of what is mounted',
      '0::/elsewhere\n',
      '30 23 0:26 /docker/1 /sys/fs/cgroup ro - cgroup2 x ro',
      'outside',
    ],
    [
      'a name merely begins like the mounted part',
      '0::/docker/12\n',
      '30 23 0:26 /docker/1 /sys/fs/cgroup ro - cgroup2 x ro',
      'outside',
    ],
  ])('says that %s', (_why, cgroups, mounts, errno) => {
    expect(locate(cgroups, mounts)).toMatchObject({ errno });
  });
});
