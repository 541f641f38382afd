import { mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failuresOf, parseReport, ROOT, runDoctorIn } from '../doctor/doctor-process.js';
import { createLabCgroup, type LabCgroup } from '../support/lab-cgroup.js';
import { runProgram } from '../support/run-program.js';
import { SANDLOT_COMMAND } from '../support/sandlot.js';

const MOUNT = '/sys/fs/cgroup';
/** In a mount namespace of its own, where mounts may be made read-only. */
const IN_NAMESPACE = ['unshare', '--user', '--map-root-user', '--mount'];
const TIMEOUT_MS = 60_000;

describe('sandlot doctor in a cgroup of its own', { timeout: TIMEOUT_MS }, () => {
  let cgroup: LabCgroup;
  let place: string;
  beforeAll(() => {
    cgroup = createLabCgroup(`doctor-${process.pid}`)!;
    place = mkdtempSync(join(tmpdir(), 'sandlot-doctor-'));
  });
  afterAll(() => {
    cgroup.remove();
    rmdirSync(place);
  });
  const enter = () => `echo $$ > ${cgroup.path}/cgroup.procs`;
  const examine = async (script: string, before: readonly string[] = []) =>
    parseReport(await runDoctorIn(script, before));

  it('finds everything, and leaves it as it was', async () => {
    const report = await examine(`${enter()} && exec "$@"`);
    expect(report.tier).toBe('T0');
    const cgroups = report.findings.filter(({ ability }) => ability.startsWith('cgroup'));
    expect(cgroups.map(({ status }) => status)).toEqual(cgroups.map(() => 'ok'));
    const below = readdirSync(cgroup.path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(below).toEqual([]);
    expect(readFileSync(join(cgroup.path, 'cgroup.subtree_control'), 'utf8').trim()).toBe('');
  });

  it('says that strangers keep the controllers', async () => {
    const report = await examine(
      `sleep 60 & echo $! > ${cgroup.path}/cgroup.procs; SANDLOT_CGROUP=${cgroup.path} "$@"; kill $!; wait`,
    );
    expect(failuresOf(report)).toMatchObject({ 'cgroup-memory': 'cgroup-busy' });
  });

  it('says that another one was not given to it', async () => {
    const report = await examine(`SANDLOT_CGROUP=${MOUNT} exec "$@"`);
    // Whether this machine takes itself for a container decides which of the two it is.
    expect(failuresOf(report)['cgroup']).toMatch(/^cgroup-(?:not-delegated|of-another-user)$/);
  });

  it('is what a worker says of a read-only one', async () => {
    const mounts = `${enter()} && mount --bind ${MOUNT} ${MOUNT} && mount -o remount,bind,ro ${MOUNT}`;
    const argv = [
      ...IN_NAMESPACE,
      'sh',
      '-c',
      `${mounts} && exec "$@"`,
      'sh',
      ...SANDLOT_COMMAND,
      'run',
      'true',
    ];
    const env = { PATH: process.env['PATH'] ?? '', SANDLOT_REQUIRE: 'cgroup' };
    const { code, stderr } = await runProgram(argv, { cwd: ROOT, env });
    expect(code).toBe(125);
    expect(stderr).toMatch(/make .*: EROFS.*mounted read-only/);
  });

  it.each([
    [
      'its own',
      () => `${enter()} && mount --bind ${MOUNT} ${MOUNT} && mount -o remount,bind,ro ${MOUNT}`,
      () => 'auto',
    ],
    [
      'one that the operator names',
      () => `mount --bind ${cgroup.path} ${place} && mount -o remount,bind,ro ${place}`,
      () => place,
    ],
  ])('says that it is read-only: %s', async (_which, mounts, option) => {
    const report = await examine(`${mounts()} && SANDLOT_CGROUP=${option()} exec "$@"`, IN_NAMESPACE);
    const found = report.findings.find(({ ability }) => ability === 'cgroup');
    expect(found).toMatchObject({ step: 'make', errno: 'EROFS', code: 'cgroup-read-only' });
  });
});
