import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failuresOf, parseReport, ROOT, runDoctorIn } from '../doctor/doctor-process.js';
import { createLabCgroup, type LabCgroup } from '../support/lab-cgroup.js';
import { runProgram } from '../support/run-program.js';
import { SANDLOT_COMMAND, startSandlot } from '../support/sandlot.js';
import { until } from '../support/until.js';

const MOUNT = '/sys/fs/cgroup';
/** In a mount namespace of its own, where mounts may be made read-only. */
const IN_NAMESPACE = ['unshare', '--user', '--map-root-user', '--mount'];
const TIMEOUT_MS = 60_000;
/** The guest has one slow CPU. */
const START_MS = 40_000;
/** For which a Node has to start in a cell; that it does is tried elsewhere. */
const WITHOUT_WASI = { SANDLOT_WASI_RUNNERS: 'off' };
const HAS_DISK = (process.env['SANDLOT_LAB_DISK'] ?? '') !== '';

describe('sandlot doctor in a cgroup of its own', { timeout: TIMEOUT_MS }, () => {
  let cgroup: LabCgroup;
  let place: string;
  beforeEach(() => {
    cgroup = createLabCgroup(`doctor-${process.pid}`)!;
    place = mkdtempSync(join(tmpdir(), 'sandlot-doctor-'));
  });
  afterEach(() => {
    cgroup.remove();
    rmSync(place, { recursive: true });
  });
  const enter = () => `echo $$ > ${cgroup.path}/cgroup.procs`;
  const examine = async (script: string, before: readonly string[] = []) =>
    parseReport(await runDoctorIn(script, before, WITHOUT_WASI));

  const below = () =>
    readdirSync(cgroup.path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const read = (name: string) => readFileSync(join(cgroup.path, name), 'utf8').trim();

  it('finds everything, and leaves it as it was', async () => {
    const report = await examine(`${enter()} && exec "$@"`);
    expect(report.tier).toBe('T0');
    const cgroups = report.findings.filter(({ ability }) => ability.startsWith('cgroup'));
    // The guest's disk may be missing, and then nothing can be slowed down.
    const failures = cgroups
      .filter(({ status }) => status !== 'ok')
      .map(({ ability, code }) => [ability, code]);
    expect(failures).toEqual(HAS_DISK ? [] : [['cgroup-io', 'no-disk-to-limit']]);
    expect({ below: below(), handedOn: read('cgroup.subtree_control') }).toEqual({ below: [], handedOn: '' });
  });

  it('puts the shell that has started it back', async () => {
    const { stdout, stderr } = await runDoctorIn(
      `${enter()} && "$@"; grep '^0::' /proc/self/cgroup >&2`,
      [],
      WITHOUT_WASI,
    );
    expect(parseReport({ code: 0, stdout, stderr }).tier).toBe('T0');
    expect(stderr.trim().endsWith(`/doctor-${process.pid}`)).toBe(true);
    expect(below()).toEqual([]);
  });

  it('leaves a running worker what it hands on', async () => {
    const worker = startSandlot(['serve'], {
      cgroup: cgroup.path,
      env: { SANDLOT_LISTEN: `unix:${place}/socket`, SANDLOT_DATA_DIR: join(place, 'data') },
    });
    await until('the worker', () => worker.stdout.includes('isolation tier T0'), START_MS);
    const report = await examine(`SANDLOT_CGROUP=${cgroup.path} exec "$@"`);
    expect(failuresOf(report)).not.toHaveProperty('cgroup-memory');
    expect(read('cgroup.subtree_control')).toContain('memory');
    worker.child.kill('SIGTERM');
    await worker.ended;
  });

  it('takes a limit that a cgroup does not hold for a failure', async () => {
    // Below a level that does not hand the controller on.
    const inner = join(cgroup.path, 'inner');
    const report = await examine(`mkdir ${inner} && echo $$ > ${inner}/cgroup.procs && "$@"; rmdir ${inner}`);
    expect(failuresOf(report)).toMatchObject({ 'cgroup-memory': 'controller-not-enabled' });
  });

  it('removes what it has made when it is interrupted', async () => {
    const doctor = startSandlot(['doctor'], { cgroup: cgroup.path });
    await until('a cgroup of the doctor', () =>
      below().some(({ name }) => name.startsWith('sandlot-doctor-')),
    );
    doctor.child.kill('SIGINT');
    expect(await doctor.ended).toMatchObject({ code: 130, stdout: '' });
    expect(below()).toEqual([]);
  });

  it('removes what one left that was killed, and not what one uses', async () => {
    const killed = join(cgroup.path, 'sandlot-doctor-1-0123abcd');
    mkdirSync(join(killed, 'cell'), { recursive: true });
    const used = join(cgroup.path, 'sandlot-doctor-2-0123abcd');
    mkdirSync(used);
    await examine(`${enter()} && flock ${used} "$@"`);
    expect(below().map(({ name }) => name)).toEqual(['sandlot-doctor-2-0123abcd']);
    rmdirSync(used);
  });

  it('names a threaded cgroup', async () => {
    const threaded = join(cgroup.path, 'threaded');
    mkdirSync(threaded);
    writeFileSync(join(threaded, 'cgroup.type'), 'threaded');
    const report = await examine(`SANDLOT_CGROUP=${cgroup.path} exec "$@"`);
    rmdirSync(threaded);
    expect(failuresOf(report)).toMatchObject({ cgroup: 'cgroup-threaded' });
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
