import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireFeature } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failuresOf, parseReport, runDoctorIn } from './doctor-process.js';

const isRoot = process.geteuid?.() === 0;
/** In front of a command: a plain user, whoever runs the tests. */
const AS_PLAIN = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];

async function examine(script = 'exec "$@"', before: readonly string[] = []) {
  const begun = performance.now();
  const end = await runDoctorIn(script, before);
  return { report: parseReport(end), code: end.code, ms: performance.now() - begun };
}

/** Mounts and children that a probing run could leave in the process that runs it are gone with it; cgroups are not. */
function cgroupsLeft(): readonly string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const roots = mounts.filter((line) => line.includes(' - cgroup2 ')).map((line) => line.split(' ')[4] ?? '');
  return roots.flatMap((root) => readdirSync(root).filter((name) => name.startsWith('sandlot-doctor-')));
}

describe('sandlot doctor on this host', () => {
  it.each([
    ['this user', []],
    ['a plain user', AS_PLAIN],
  ])('answers %s within a second or so, and its exit code is that of the tier', async (_who, before) => {
    const { report, code, ms } = await examine(undefined, before);
    expect(code).toBe(['T0', 'T1'].includes(report.tier) ? 0 : 1);
    expect(report.versions).toMatchObject({ node: process.versions.node, architecture: process.arch });
    expect(Object.values(failuresOf(report))).not.toContain('unexplained');
    // Its own sources are compiled meanwhile, and the machine may be busy.
    expect(ms).toBeLessThan(5_000);
  });

  it('leaves no cgroup behind', async () => {
    await examine();
    expect(cgroupsLeft()).toEqual([]);
  });

  it('refuses a cgroup directory that is none', async () => {
    const { report } = await examine('SANDLOT_CGROUP=/nowhere exec "$@"');
    expect(failuresOf(report)).toMatchObject({ cgroup: 'cgroup-not-found' });
  });
});

const hasNamespaces = requireFeature({
  feature: 'user namespaces for a plain user',
  remedy: 'sysctl -w user.max_user_namespaces=31840',
  isPresent: (await runDoctorIn('true', [...AS_PLAIN, 'unshare', '--user'])).code === 0,
});

describe.runIf(hasNamespaces)('sandlot doctor where user.max_user_namespaces is 0', () => {
  const FORBID = 'echo 0 > /proc/sys/user/max_user_namespaces';

  it.each([
    ['root of a user namespace', ['unshare', '--user', '--map-root-user'], 'exec "$@"'],
    [
      'a plain user',
      [...AS_PLAIN, 'unshare', '--user', '--map-user=1000', '--keep-caps'],
      'exec setpriv --ambient-caps=-all --inh-caps=-all "$@"',
    ],
  ])('names the sysctl to %s', async (_who, before, run) => {
    const { report, code } = await examine(`${FORBID} && ${run}`, before);
    expect({ code, tier: report.tier }).toEqual({ code: 1, tier: 'T4' });
    const failed = report.findings.find(({ ability }) => ability === 'user-namespace');
    expect(failed).toMatchObject({ step: 'clone', errno: 'ENOSPC', code: 'namespace-limit-zero' });
    expect(failed?.remedy).toContain('`sysctl -w user.max_user_namespaces=31840`');
  });
});

const CGROUP_MOUNT = /^\S+ \S+ \S+ \/ (\S+) .* - cgroup2 /m.exec(
  readFileSync('/proc/self/mountinfo', 'utf8'),
)?.[1];
const hasCgroups = requireFeature({
  feature: 'root and a cgroup v2 hierarchy',
  remedy: 'run them as root, with cgroup2 mounted',
  isPresent: isRoot && CGROUP_MOUNT !== undefined,
});

describe.runIf(hasCgroups)('sandlot doctor in a cgroup of its own', () => {
  const cgroup = join(CGROUP_MOUNT ?? '', `doctor-test-${process.pid}`);
  const place = mkdtempSync(join(tmpdir(), 'sandlot-doctor-'));
  beforeAll(() => mkdirSync(cgroup));
  afterAll(() => {
    rmdirSync(cgroup);
    rmdirSync(place);
  });
  const ENTER = `echo $$ > ${cgroup}/cgroup.procs`;

  it('is content with it, for as much as it has controllers, and leaves it empty', async () => {
    const { report } = await examine(`${ENTER} && exec "$@"`);
    expect(report.findings.find(({ ability }) => ability === 'cgroup')).toEqual({
      ability: 'cgroup',
      status: 'ok',
    });
    const below = readdirSync(cgroup, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(below).toEqual([]);
    expect(readFileSync(join(cgroup, 'cgroup.subtree_control'), 'utf8').trim()).toBe('');
  });

  it('says that it belongs to somebody else', async () => {
    const { report } = await examine(
      `${ENTER} && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"`,
    );
    // Whether this host takes itself for a container decides which of the two it is.
    expect(failuresOf(report)['cgroup']).toMatch(/^cgroup-(?:not-delegated|of-another-user)$/);
  });

  it.each([
    [
      'its own',
      `${ENTER} && mount --bind ${CGROUP_MOUNT} ${CGROUP_MOUNT} && mount -o remount,bind,ro ${CGROUP_MOUNT}`,
      'auto',
    ],
    [
      'one that the operator names',
      `mount --bind ${cgroup} ${place} && mount -o remount,bind,ro ${place}`,
      place,
    ],
  ])('says that it is read-only: %s', async (_which, mounts, option) => {
    const { report } = await examine(`${mounts} && SANDLOT_CGROUP=${option} exec "$@"`, [
      'unshare',
      '--mount',
    ]);
    const found = report.findings.find(({ ability }) => ability === 'cgroup');
    expect(found).toMatchObject({ step: 'make', errno: 'EROFS', code: 'cgroup-read-only' });
  });
});
