import type { DoctorReport } from '@sandlot/sandbox';
import { findProgram, requireFeature, requireProgram } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import { CRIO_SECCOMP, DOCKER_SECCOMP, NO_LANDLOCK_SECCOMP } from '../container/container-seccomp.js';
import { canBeRootless, runContainer, type ContainerRun, type Runtime } from '../container/run-container.js';
import type { ProgramEnd } from '../support/run-program.js';
import { DOCTOR, ROOT, failuresOf, parseReport } from './doctor-process.js';

process.env['PATH'] += ':/usr/sbin:/sbin';

/** Root starts the one half of the containers, a plain user the other: CI runs these tests as both. */
const isRoot = process.geteuid?.() === 0;
const canRun =
  isRoot ||
  requireFeature({
    feature: 'user namespaces for a plain user, who starts containers',
    remedy: 'sysctl -w user.max_user_namespaces=31840',
    isPresent: findProgram('unshare') !== undefined && canBeRootless(),
  });

/** The default of an engine for an unprivileged user. */
const DEFAULT = {
  args: [...DOCTOR, '--json'],
  cwd: ROOT,
  uid: 10_001,
  seccomp: DOCKER_SECCOMP,
  masksProc: true,
};
const UNFILTERED = { args: DEFAULT.args, cwd: ROOT, uid: 10_001, masksProc: true };

/** As of a pod with hostUsers: false. Its cgroup is another matter: CI has none to give. */
const POD = { userNamespace: { start: 200_000, count: 65_536 }, env: { SANDLOT_CGROUP: 'none' } };

/** Of the pod, those without which native programs cannot run. */
function settingsOf(end: ProgramEnd): readonly string[] {
  const { kubernetes } = parseReport(end);
  return (kubernetes?.settings ?? []).filter(({ tier }) => tier !== undefined).map(({ setting }) => setting);
}

function findingOf({ findings }: DoctorReport, name: string) {
  return findings.find(({ ability }) => ability === name);
}

async function report(run: ContainerRun) {
  return parseReport(await runContainer(run));
}

describe.each<Runtime>(['runc', 'crun'])('sandlot doctor in a container of %s', (runtime) => {
  const hasRuntime = requireProgram(runtime, runtime) && canRun;

  const rootTests = () => {
    it('names the filter of Docker and nothing that follows from it', async () => {
      const found = await report({ ...DEFAULT, runtime });
      expect(found.tier).toBe('T4');
      expect(failuresOf(found)).toMatchObject({ clone3: 'seccomp-container' });
      expect(failuresOf(found)).not.toHaveProperty('user-namespace');
      expect(failuresOf(found)).not.toHaveProperty('tmpfs');
    });

    it('says so to a person, and that native programs cannot run', async () => {
      const { code, stdout } = await runContainer({ ...DEFAULT, args: DOCTOR, runtime });
      expect(code).toBe(1);
      expect(stdout).toMatch(/^T4: native programs cannot run/);
      expect(stdout).toContain('✗ clone3 (clone3(2)): clone ENOSYS, unshare=EPERM [tier T4]');
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain('clone3 (ENOSYS), unshare (EPERM) was answered');
      expect(stdout).toContain(
        '`--security-opt seccomp=unconfined`, or a profile that also allows clone3, unshare.',
      );
    });

    it('says to a pod what it lacks: a filter first, then what could not be tried behind it', async () => {
      const args = [...DEFAULT.args, '--kubernetes'];
      const filtered = await runContainer({ ...DEFAULT, ...POD, args, runtime });
      const masked = await runContainer({ ...UNFILTERED, ...POD, args, runtime });
      expect(settingsOf(filtered)).toEqual(['seccompProfile']);
      expect(settingsOf(masked)).toEqual(['procMount']);
    });

    it('knows the filter of CRI-O', async () => {
      const found = await report({ ...DEFAULT, seccomp: CRIO_SECCOMP, runtime });
      expect(failuresOf(found)).toMatchObject({ clone3: 'seccomp-container' });
      expect(findingOf(found, 'clone3')?.cause).toContain('clone3 (ENOSYS), unshare (ENOSYS)');
    });

    it('does not blame a filter for what the kernel may lack', async () => {
      const found = await report({ ...DEFAULT, seccomp: NO_LANDLOCK_SECCOMP, masksProc: false, runtime });
      expect(failuresOf(found)).toMatchObject({ landlock: 'seccomp-or-kernel' });
      expect(found.tier).toBe('T1');
    });

    it('names what covers /proc once there is no filter', async () => {
      const found = await report({ ...UNFILTERED, runtime });
      expect(found.tier).toBe('T2');
      expect(failuresOf(found)).toMatchObject({ 'fresh-proc': 'masked-proc' });
      const { cause, remedy } = findingOf(found, 'fresh-proc') ?? {};
      expect(cause).toContain('/proc/acpi');
      expect(remedy).toContain('systempaths=unconfined');
    });

    it('finds nothing but cgroups missing in one without filter and masks', async () => {
      const found = await report({ ...UNFILTERED, masksProc: false, runtime });
      expect(found.tier).toBe('T1');
      const names = Object.keys(failuresOf(found)).filter((name) => !name.startsWith('cgroup'));
      expect(names).toEqual(['sub-ids']);
    });

    it('asks a worker that is uid 0 without capabilities to be somebody else', async () => {
      const found = await report({ ...UNFILTERED, uid: 0, masksProc: false, runtime });
      expect(failuresOf(found)).toMatchObject({ 'user-namespace': 'root-without-capabilities' });
    });

    it('finds other uids for one that is uid 0 of a pod with its own user namespace', async () => {
      const capabilities = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SYS_ADMIN'];
      const userNamespace = { start: 0, count: 65_536 };
      const found = await report({ ...UNFILTERED, uid: 0, capabilities, userNamespace, runtime });
      expect(failuresOf(found)).not.toHaveProperty('user-namespace');
    });
  };

  const plainTests = () => {
    it('names the filter', async () => {
      const found = await report({ ...DEFAULT, uid: 0, isRootless: true, runtime });
      expect(failuresOf(found)).toMatchObject({ clone3: 'seccomp-container' });
    });
  };

  const who = isRoot ? 'root' : 'a plain user';
  describe.runIf(hasRuntime)(`that ${who} has started`, isRoot ? rootTests : plainTests);
});
