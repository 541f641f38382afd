import { findProgram, requireFeature, requireProgram } from '@sandlot/testing';
import { describe, expect, it } from 'vitest';
import { CRIO_SECCOMP, DOCKER_SECCOMP } from '../container/container-seccomp.js';
import { canBeRootless, runContainer, type ContainerRun, type Runtime } from '../container/run-container.js';
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

async function report(run: ContainerRun) {
  return parseReport(await runContainer(run));
}

describe.each<Runtime>(['runc', 'crun'])('sandlot doctor in a container of %s', (runtime) => {
  const hasRuntime = requireProgram(runtime, runtime) && canRun;

  const rootTests = () => {
    it('names the filter of Docker and nothing that follows from it', async () => {
      const found = await report({ ...DEFAULT, runtime });
      expect(found.tier).toBe('T4');
      expect(failuresOf(found)).toMatchObject({ clone3: 'seccomp-docker' });
      expect(failuresOf(found)).not.toHaveProperty('user-namespace');
      expect(failuresOf(found)).not.toHaveProperty('tmpfs');
    });

    it('says so to a person, and that native programs cannot run', async () => {
      const { code, stdout } = await runContainer({ ...DEFAULT, args: DOCTOR, runtime });
      expect(code).toBe(1);
      expect(stdout).toMatch(/^T4: native programs cannot run/);
      expect(stdout).toContain('✗ clone3 (clone3(2)): clone ENOSYS, unshare=EPERM [tier T4]');
      expect(stdout).toContain('in the form that Docker and containerd have');
      expect(stdout).toContain('`docker run --security-opt seccomp=unconfined`');
    });

    it('knows the filter of CRI-O', async () => {
      const found = await report({ ...DEFAULT, seccomp: CRIO_SECCOMP, runtime });
      expect(failuresOf(found)).toMatchObject({ clone3: 'seccomp-crio' });
    });

    it('names what covers /proc once there is no filter', async () => {
      const found = await report({ ...UNFILTERED, runtime });
      expect(found.tier).toBe('T2');
      expect(failuresOf(found)).toMatchObject({ 'fresh-proc': 'masked-proc' });
      const { cause, remedy } = found.findings.find(({ ability }) => ability === 'fresh-proc') ?? {};
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
      expect(failuresOf(found)).toMatchObject({ clone3: 'seccomp-docker' });
    });
  };

  const who = isRoot ? 'root' : 'a plain user';
  describe.runIf(hasRuntime)(`that ${who} has started`, isRoot ? rootTests : plainTests);
});
