import { readFileSync, readdirSync } from 'node:fs';
import { requireFeature } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { runProgram } from '../support/run-program.js';
import { SANDLOT_COMMAND } from '../support/sandlot.js';
import { failuresOf, parseReport, ROOT, runDoctorIn } from './doctor-process.js';

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
  it('answers within a second or so, and its exit code is that of the tier', async () => {
    const { report, code, ms } = await examine();
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

  it.runIf(hasCells)('runs a WASI module, unless nobody wants any', async () => {
    expect((await examine()).report.wasi).toEqual({ status: 'runs' });
    const { report } = await examine('SANDLOT_WASI_RUNNERS=off exec "$@"');
    expect(report.wasi).toEqual({ status: 'off' });
  });

  it('says that no job runs where its settings ask for more than there is', async () => {
    const { report } = await examine('SANDLOT_CGROUP=none SANDLOT_MINIMUM_TIER=T0 exec "$@"');
    expect(report.wasi).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/TIER=T0 .*is T\d/),
    });
    const { report: required } = await examine('SANDLOT_CGROUP=none SANDLOT_REQUIRE=memory exec "$@"');
    expect(required.wasi).toMatchObject({ status: 'failed', message: expect.stringContaining('memory') });
  });

  it.each(['/nowhere', '/tmp'])('refuses a cgroup directory that is none: %s', async (path) => {
    const { report } = await examine(`SANDLOT_CGROUP=${path} exec "$@"`);
    expect(failuresOf(report)).toMatchObject({ cgroup: 'cgroup-not-found' });
  });
});

/** Root has other uids without them. */
const isRoot = process.geteuid?.() === 0;
const hasSubordinateIds = requireFeature({
  feature: 'subordinate ids for a plain user',
  remedy: 'apt-get install uidmap; usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER',
  isPresent: !('sub-ids' in failuresOf((await examine()).report)),
});

describe.runIf(hasSubordinateIds)('sandlot doctor where slots have uids of their own', () => {
  const rootTests = () =>
    it('finds nothing amiss whatever becomes of newuidmap', async () => {
      const { report } = await examine('SANDLOT_SUBORDINATE_IDS=off exec setpriv --no-new-privs "$@"');
      expect(failuresOf(report)).not.toHaveProperty('sub-ids');
    });

  const plainTests = () =>
    it.each([
      ['under no_new_privs', 'id-map-helper-without-privilege', 'exec setpriv --no-new-privs "$@"'],
      ['without newuidmap', 'no-id-map-helper', 'PATH=/nowhere exec "$@"'],
      ['because the operator wants it so', 'sub-ids-refused', 'SANDLOT_SUBORDINATE_IDS=off exec "$@"'],
    ])('says why they have not, at the same tier: %s', async (_when, code, script) => {
      const { report } = await examine(script);
      expect(failuresOf(report)).toMatchObject({ 'sub-ids': code });
      expect(report.tier).toBe((await examine()).report.tier);
    });

  // CI runs these tests as both.
  (isRoot ? rootTests : plainTests)();
});

const hasNamespaces = requireFeature({
  feature: 'user namespaces for a plain user',
  remedy: 'sysctl -w user.max_user_namespaces=31840',
  isPresent: (await runDoctorIn('true', ['unshare', '--user'])).code === 0,
});

describe.runIf(hasNamespaces)('sandlot doctor where user.max_user_namespaces is 0', () => {
  const FORBID = 'echo 0 > /proc/sys/user/max_user_namespaces';

  const AS_ROOT = ['unshare', '--user', '--map-root-user'];
  const AS_USER = ['unshare', '--user', '--map-user=1000', '--keep-caps'];
  const RUN_AS_USER = 'exec setpriv --ambient-caps=-all --inh-caps=-all "$@"';

  it.each([
    ['root of a user namespace', AS_ROOT, 'exec "$@"'],
    ['a plain user', AS_USER, RUN_AS_USER],
  ])('names the sysctl to %s', async (_who, before, run) => {
    const { report, code } = await examine(`${FORBID} && ${run}`, before);
    expect({ code, tier: report.tier }).toEqual({ code: 1, tier: 'T4' });
    const failed = report.findings.find(({ ability }) => ability === 'user-namespace');
    expect(failed).toMatchObject({ step: 'clone', errno: 'ENOSPC', code: 'namespace-limit-zero' });
    expect(failed?.remedy).toContain('`sysctl -w user.max_user_namespaces=31840`');
  });

  it.each([
    ['would run', 'would-run-without-namespaces', ''],
    ['run, once that is allowed', 'runs-without-namespaces', 'export SANDLOT_MINIMUM_TIER=T4 &&'],
  ])('WASI modules %s', async (_what, status, allow) => {
    const { report } = await examine(`${FORBID} && ${allow} ${RUN_AS_USER}`, AS_USER);
    expect(report).toMatchObject({ tier: 'T4', wasi: { status } });
  });

  it('WASI modules do not run for root, and the doctor says so', async () => {
    const { report } = await examine(`${FORBID} && exec "$@"`, AS_ROOT);
    expect(report.wasi).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('Run the worker as an ordinary user.'),
    });
  });

  it('is what a worker says too that cannot start', async () => {
    const env = { PATH: process.env['PATH'] ?? '' };
    const script = `${FORBID} && exec "$@"`;
    const argv = [
      'unshare',
      '--user',
      '--map-root-user',
      'sh',
      '-c',
      script,
      'sh',
      ...SANDLOT_COMMAND,
      'run',
      'true',
    ];
    const { code, stderr } = await runProgram(argv, { cwd: ROOT, env });
    expect(code).toBe(125);
    expect(stderr).toMatch(
      /clone into new namespaces .*: ENOSPC.*user\.max_user_namespaces is 0 here.*`sysctl -w/,
    );
  });
});

describe.runIf(hasNamespaces)('sandlot doctor where something is not as it should be', () => {
  const ROOT_OF_ITS_OWN = ['unshare', '--user', '--map-root-user', '--mount'];
  const READ_ONLY = 'mount --bind /proc /proc && mount -o remount,bind,ro /proc';
  // By its path: a plain user of Debian has no /usr/sbin in PATH.
  const CHROOT = `D=$(mktemp -d); mount --rbind / $D; /usr/sbin/chroot $D sh -c 'cd ${ROOT} && exec "$@"' sh "$@"; umount -l $D; rmdir $D`;

  it.each([
    ['no /proc', 'no-proc', ROOT_OF_ITS_OWN, 'mount -t tmpfs none /proc && exec "$@"'],
    ['a read-only /proc', 'proc-read-only', ROOT_OF_ITS_OWN, `${READ_ONLY} && exec "$@"`],
    ['a user namespace without maps', 'unmapped-ids', ['unshare', '--user'], 'exec "$@"'],
    ['a chroot into a mount', 'chrooted', ROOT_OF_ITS_OWN, CHROOT],
  ])('knows %s', async (_what, code, before, script) => {
    const { report } = await examine(script, before);
    expect(failuresOf(report)).toMatchObject({ 'user-namespace': code });
    expect(Object.values(failuresOf(report))).not.toContain('unexplained');
  });

  it.each([
    ['koffi', 'koffi-not-installed', 'mount -t tmpfs none node_modules/koffi'],
    ['koffi for this platform', 'koffi-not-installed', 'mount -t tmpfs none node_modules/@koromix'],
    ['a whole library', 'library-not-loadable', 'mount --bind /dev/null native/build/libsandlot.so'],
  ])('prints its findings without %s', async (_what, code, hide) => {
    const { report, code: exitCode } = await examine(`${hide} && exec "$@"`, ROOT_OF_ITS_OWN);
    expect(failuresOf(report)).toMatchObject({ 'native-library': code });
    expect(failuresOf(report)).not.toHaveProperty('user-namespace');
    expect({ exitCode, tier: report.tier }).toEqual({ exitCode: 1, tier: 'T4' });
  });

  it('is what a worker says too that cannot load its library', async () => {
    const script = 'mount --bind /dev/null native/build/libsandlot.so && exec "$@"';
    const argv = [...ROOT_OF_ITS_OWN, 'sh', '-c', script, 'sh', ...SANDLOT_COMMAND, 'run', 'true'];
    const { code, stderr } = await runProgram(argv, { cwd: ROOT, env: { PATH: process.env['PATH'] ?? '' } });
    expect(code).toBe(125);
    expect(stderr).toMatch(/^sandlot: Cannot load libsandlot\.so\. The dynamic linker .*make -C native/);
  });
});
