import { describe, expect, it } from 'vitest';
import { readHost } from './read-host.js';

const STATUS =
  'Name:\tnode\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425ff\nNoNewPrivs:\t1\nSeccomp:\t2\n';
const MOUNTS = `\
22 1 0:20 / / rw,relatime - overlay overlay rw
23 22 0:21 / /proc rw,nosuid - proc proc rw
24 23 0:22 / /proc/kcore rw - tmpfs tmpfs rw
25 23 0:21 /sys /proc/sys ro - proc proc rw
26 25 0:23 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw
27 22 0:24 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw
28 22 0:25 / /mnt/a\\040b rw - cgroup2 cgroup rw
29 22 0:26 / /usr/lib/extra ro - ext4 /dev/sda rw
`;
/** Of pid 1. */
const CHILD = { '/proc/self/status': 'PPid:\t1\n', '/proc/1/status': 'PPid:\t0\n' };

function host(files: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}) {
  return readHost({ read: (path) => files[path], env, kernel: '6.1', uid: 1000, gid: 100, user: 'ann' });
}

describe('readHost', () => {
  it('reads what a container shows', () => {
    const facts = host({
      '/proc/self/status': STATUS,
      '/proc/self/mountinfo': MOUNTS,
      '/proc/self/attr/current': 'docker-default (enforce)\n',
      '/proc/self/uid_map': '         0     100000      65536\n',
      '/proc/self/gid_map': '0 0 1\n',
      '/proc/self/limits': 'Limit  Soft Limit  Hard Limit  Units\nMax processes  20  unlimited  processes\n',
      '/proc/sys/user/max_user_namespaces': '0\n',
      '/proc/self/cgroup': '0::/\n',
      '/etc/subuid': 'bob:1:2\nann:100000:65536\n',
      '/etc/subgid': '1000:200000:65536\n',
    });
    expect(facts).toEqual({
      kernel: '6.1',
      uid: 1000,
      gid: 100,
      user: 'ann',
      capabilities: '00000000a80425fb',
      boundingSet: '00000000a80425ff',
      noNewPrivs: true,
      seccomp: 2,
      securityLabel: 'docker-default (enforce)',
      isSelinuxEnforcing: false,
      uidMap: [{ inside: 0, outside: 100_000, count: 65_536 }],
      gidMap: [{ inside: 0, outside: 0, count: 1 }],
      processLimit: 20,
      hasProc: true,
      sysctls: { 'user.max_user_namespaces': 0 },
      procMasks: ['/proc/kcore', '/proc/sys'],
      programMounts: ['/usr/lib/extra'],
      isChrooted: false,
      isRootReadOnly: false,
      container: 'container',
      subordinateIds: {
        uids: [{ first: 100_000, count: 65_536 }],
        gids: [{ first: 200_000, count: 65_536 }],
      },
      cgroup: {
        mounts: [
          { path: '/sys/fs/cgroup', isReadOnly: true },
          { path: '/mnt/a b', isReadOnly: false },
        ],
        own: '/',
        v1Controllers: [],
      },
    });
  });

  it('reads the controllers of cgroup v1, not its named hierarchies', () => {
    const { cgroup } = host({ '/proc/self/cgroup': '5:cpu,cpuacct:/a\n1:name=systemd:/b:c\n0::/b:c\n' });
    expect(cgroup).toMatchObject({ own: '/b:c', v1Controllers: ['cpu', 'cpuacct'] });
  });

  it('says nothing of what it cannot read', () => {
    const { container, securityLabel, subordinateIds, sysctls } = host();
    const none = { sysctls: {}, subordinateIds: { uids: [], gids: [] } };
    expect({ container, securityLabel, subordinateIds, sysctls }).toEqual(none);
  });

  it.each([
    ['kubernetes', {}, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }],
    ['docker', { '/.dockerenv': '' }, {}],
    ['podman', { '/run/.containerenv': 'engine="podman"' }, { container: 'podman' }],
    ['lxc', {}, { container: 'lxc' }],
    ['systemd-nspawn', { '/run/systemd/container': 'systemd-nspawn\n' }, {}],
  ])('knows %s', (name, files, env) => {
    expect(host(files, env).container).toBe(name);
  });

  it.each([
    ['a directory', '23 22 0:21 / /proc rw - proc proc rw\n', MOUNTS],
    ['a mount', '40 9 0:9 /jail / rw - ext4 d rw\n', `${MOUNTS}40 22 0:9 /jail /srv/jail rw - ext4 d rw\n`],
  ])('knows that it is below chroot into %s', (_what, own, ofPid1) => {
    const files = { ...CHILD, '/proc/self/mountinfo': own, '/proc/1/mountinfo': ofPid1 };
    expect(host(files).isChrooted).toBe(true);
  });

  it('takes neither a mount namespace of its own nor pid 1 for a chroot', () => {
    const own = '50 49 0:20 / / rw - overlay overlay rw\n';
    for (const mounts of [own, MOUNTS]) {
      const files = { ...CHILD, '/proc/self/mountinfo': mounts, '/proc/1/mountinfo': MOUNTS };
      expect(host(files).isChrooted).toBe(false);
    }
  });

  it('says that there is no /proc', () => {
    expect(host()).toMatchObject({ hasProc: false, isChrooted: false, uidMap: [] });
  });

  it('reads this very host', () => {
    const facts = readHost();
    expect(facts.kernel).toMatch(/^\d+\.\d+/);
    expect(facts.uidMap.length).toBeGreaterThan(0);
  });
});
