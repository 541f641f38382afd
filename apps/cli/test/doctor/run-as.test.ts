import { chownSync, mkdirSync, readFileSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, requireFeature, requireProgram } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runContainer, type ContainerRun } from '../container/run-container.js';
import { SANDLOT_COMMAND, sandlot } from '../support/sandlot.js';
import { DOCTOR, ROOT, parseReport } from './doctor-process.js';

process.env['PATH'] += ':/usr/sbin:/sbin';

const START = 200_000;
const mount = readFileSync('/proc/self/mountinfo', 'utf8')
  .split('\n')
  .find((line) => line.includes(' - cgroup2 '))
  ?.split(' ')[4];
const isRoot = process.geteuid?.() === 0;
/** Asked of root alone, who can start such a container; a plain user tries that it is refused. */
const canRun =
  isRoot &&
  requireProgram('crun', 'crun') &&
  requireFeature({
    feature: 'a host with cgroup v2 and unshare',
    remedy: 'mount cgroup2, and install util-linux',
    isPresent: mount !== undefined && findProgram('unshare') !== undefined,
  });

/** No suite, not one that is skipped: for whom it does not apply there is another one. */
const none = (): void => undefined;
const describeForRoot = canRun ? describe : none;
const describeForOthers = isRoot ? none : describe;

/** As of a pod with hostUsers: false that asks for uid 0 and the least capabilities. */
const POD = {
  runtime: 'crun',
  cwd: ROOT,
  uid: 0,
  masksProc: false,
  userNamespace: { start: START, count: 65_536 },
  capabilities: ['CAP_CHOWN', 'CAP_SETGID', 'CAP_SETUID'],
} as const satisfies Omit<ContainerRun, 'args'>;

describeForRoot('a container whose cgroup belongs to its root, as crun makes it', () => {
  const cgroup = join(mount ?? '', `sandlot-run-as-${process.pid}`);

  beforeAll(() => {
    mkdirSync(cgroup);
    for (const name of ['', 'cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control'])
      chownSync(join(cgroup, name), START, START);
  });
  afterAll(() => {
    rmSync(join(cgroup, 'sandlot-worker'), { force: true, recursive: true });
    rmdirSync(cgroup);
  });

  async function cgroupFinding(run: Partial<ContainerRun>) {
    const report = parseReport(await runContainer({ ...POD, cgroup, args: [...DOCTOR, '--json'], ...run }));
    return { uid: report.host.uid, finding: report.findings.find(({ ability }) => ability === 'cgroup') };
  }

  it('is of no use to a worker that is somebody else', async () => {
    const { finding } = await cgroupFinding({ uid: 10_001, capabilities: [] });
    expect(finding).toMatchObject({ status: 'failed', errno: 'EACCES' });
  });

  it('is given to whom SANDLOT_RUN_AS names, who runs jobs', async () => {
    const env = { SANDLOT_RUN_AS: '10001' };
    expect(await cgroupFinding({ env })).toMatchObject({ uid: 10_001, finding: { status: 'ok' } });
    const script = 'cat /proc/self/uid_map; echo ran';
    const args = [...SANDLOT_COMMAND, 'run', '--', 'sh', '-c', script];
    const { code, stdout, stderr } = await runContainer({ ...POD, cgroup, env, args });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split(/\s+/)).toEqual(['0', '10001', '1', 'ran']);
  });

  it('leaves no thread a capability, nor root as owner of what id maps are written to', async () => {
    const program = `
      const { becomeUser } = await import('${ROOT}/libs/sandbox/src/index.ts');
      const { readFileSync, readdirSync, statSync } = await import('node:fs');
      await becomeUser({ uid: 10_001, gid: 10_001 });
      const lines = readdirSync('/proc/self/task').flatMap((id) =>
        readFileSync('/proc/self/task/' + id + '/status', 'utf8').match(/^(?:Uid|Gid|Groups|CapEff|CapPrm):.*/gm));
      console.log(JSON.stringify([[...new Set(lines)], statSync('/proc/self/uid_map').uid]));`;
    const [node = '', ...options] = SANDLOT_COMMAND.slice(0, -1);
    const args = [node, ...options, '--input-type=module', '--eval', program];
    const { stdout } = await runContainer({ ...POD, args });
    const [lines, owner] = JSON.parse(stdout) as [string[], number]; // our own output
    expect(lines.map((line) => line.replaceAll(/\s+/g, ' ').trim())).toEqual([
      ...['Uid: 10001 10001 10001 10001', 'Gid: 10001 10001 10001 10001', 'Groups:'],
      ...['CapPrm: 0000000000000000', 'CapEff: 0000000000000000'],
    ]);
    expect(owner).toBe(10_001);
  });

  it('leaves one alone that is whom SANDLOT_RUN_AS names', async () => {
    const env = { SANDLOT_RUN_AS: '10001:10001' };
    const args = [...DOCTOR, '--json'];
    const end = await runContainer({ ...POD, uid: 10_001, capabilities: [], env, args });
    expect(parseReport(end).host.uid).toBe(10_001);
  });

  it('says what capabilities it takes', async () => {
    const env = { SANDLOT_RUN_AS: '10001' };
    const { code, stderr } = await runContainer({ ...POD, args: DOCTOR, env, capabilities: [] });
    expect(code).toBe(125);
    expect(stderr).toMatch(
      /Cannot become uid 10001 and gid 10001 \(SANDLOT_RUN_AS\).*EPERM.*CHOWN, SETGID, SETUID/,
    );
  });
});

describeForOthers('a plain user', () => {
  it('cannot become somebody else, and is told so', async () => {
    const { code, stderr } = await sandlot(['run', '--', 'true'], { env: { SANDLOT_RUN_AS: '1' } });
    expect([code, stderr]).toEqual([125, expect.stringContaining('Only uid 0 can, and this is uid')]);
  });
});
