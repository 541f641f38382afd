/** Preset full where a node has all that it asks for: the container's own cgroup, writable, with controllers. */
import { join } from 'node:path';
import { requireFeature, requireProgram } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunPods } from '../run-pod.mjs';
import { WorkerImage, doctor, failuresOf, rendered, serve } from '../worker-pod.mjs';

process.env['PATH'] += ':/usr/sbin:/sbin';

const delegated = process.env['SANDLOT_LAB_CGROUP'] ?? '';

const canRun = requireFeature({
  feature: 'a delegated cgroup for pods',
  remedy: 'apt-get install crun runc uidmap, then npm run lab',
  isPresent:
    delegated !== '' && requireProgram('crun', 'crun') && requireProgram('runc', 'runc') && canRunPods(),
});

const HOG = 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 20, 1));';

describe.runIf(canRun)('preset full in a cgroup of its own', () => {
  /** @type {WorkerImage} */
  let image;
  beforeAll(() => {
    image = new WorkerImage();
  });
  afterAll(() => image.remove());

  it.each(/** @type {const} */ (['runc', 'crun']))('is tier T0 under %s', async (runtime) => {
    const report = await doctor(runtime, rendered('full'), {
      image,
      cgroup: join(delegated, `${runtime}-pod`),
    });
    expect(failuresOf(report).filter(({ tier }) => tier !== undefined)).toEqual([]);
    expect(report.tier).toBe('T0');
  });

  it('is tier T1 without the RuntimeClass, and the doctor names the read-only mount', async () => {
    const { pod, handlers } = rendered('full');
    const { runtimeClassName: _, ...rest } = pod;
    const report = await doctor(
      'crun',
      { pod: rest, handlers },
      { image, cgroup: join(delegated, 'read-only-pod') },
    );
    expect(report.tier).toBe('T1');
    const failed = report.findings.filter(
      ({ ability, status }) => status === 'failed' && ability === 'cgroup',
    );
    expect(failed).toMatchObject([{ code: 'cgroup-read-only' }]);
    expect(failed[0]?.remedy).toContain('a runtime with `cgroup_writable = true`');
  });

  it('gives the cgroup that crun gave to root of the container to the worker, which gives root up', async () => {
    const jobs = [
      {
        argv: ['node', '-p', '`${process.getuid()} ${fs.readFileSync("/proc/self/uid_map", "utf8").trim()}`'],
      },
      { argv: ['node', '--eval', HOG], limits: { memoryBytes: 96 * 2 ** 20, wallTimeMs: 30_000 } },
    ];
    const { documents, stderr } = await serve('crun', rendered('crio'), {
      image,
      jobs,
      cgroup: join(delegated, 'crio-pod'),
    });
    expect(documents, stderr).toMatchObject([
      { tier: 'T0', output: { stdout: { text: expect.stringMatching(/^0 0 +10001 +1\n$/) } } },
      { outcome: { kind: 'memory-exceeded' }, enforcement: { memoryBytes: 'cgroup' } },
    ]);
  });

  it('is missed SANDLOT_RUN_AS, where that root has what it takes and does not give itself up', async () => {
    const { pod, ...rest } = rendered('crio');
    const containers = pod.containers.map(({ env = [], ...container }) => ({
      ...container,
      env: env.filter(({ name }) => name !== 'SANDLOT_RUN_AS'),
    }));
    const report = await doctor(
      'crun',
      { pod: { ...pod, containers }, ...rest },
      { image, cgroup: join(delegated, 'root-pod') },
    );
    expect(report.kubernetes.settings).toMatchObject([{ setting: 'runAs' }]);
  });

  it('starts with all that the preset requires, and its cgroup ends a job that takes too much memory', async () => {
    const jobs = [
      { argv: ['node', '-p', '6 * 7'], limits: { wallTimeMs: 30_000 } },
      { argv: ['node', '--eval', HOG], limits: { memoryBytes: 96 * 2 ** 20, wallTimeMs: 30_000 } },
    ];
    const { documents, stderr } = await serve('crun', rendered('full'), {
      image,
      jobs,
      cgroup: join(delegated, 'serve-pod'),
    });
    expect(documents, stderr).toMatchObject([
      { outcome: { kind: 'exited', exitCode: 0 }, output: { stdout: { text: '42\n' } } },
      { outcome: { kind: 'memory-exceeded' }, enforcement: { memoryBytes: 'cgroup', pids: 'cgroup' } },
    ]);
  });
});
