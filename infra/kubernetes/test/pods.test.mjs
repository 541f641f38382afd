/**
 * The chart's own pods, in the root file system of the image, run by Debian's runc and crun as a node would run them. Root
 * starts the one half, a plain user the other: CI runs these tests as both.
 */
import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { requireFeature, requireProgram } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentedJobs } from './documented-jobs.mjs';
import { POD_TEST_MS, canRunPods } from './run-pod.mjs';
import {
  DEFAULT_POD,
  WORKER_PROFILE,
  WorkerImage,
  changed,
  doctor,
  failuresOf,
  missedSettings,
  rendered,
  runPod,
  serve,
  withoutSetting,
} from './worker-pod.mjs';

/** @typedef {import('../seccomp/read-profile.mjs').Profile} Profile */
/** @typedef {import('../pod/read-manifest.mjs').RenderedPod} RenderedPod */

process.env['PATH'] += ':/usr/sbin:/sbin';

const canRun = requireFeature({
  feature: 'a user namespace with subordinate ids, in which a plain user starts pods',
  remedy:
    'apt-get install uidmap, and as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER',
  isPresent: canRunPods(),
});

/** What a shell makes of SIGSYS. */
const KILLED_BY_FILTER = 128 + constants.signals.SIGSYS;

/** What the service says to try. */
const EXAMPLE = /** @type {const} */ ('example');

const JOB = { argv: ['node', '-p', '`${process.getuid()} ${os.hostname()} ${fs.existsSync("/opt")}`'] };

/** One function, which does nothing. */
const MODULE = Buffer.from(
  [
    '0061736d01000000',
    '010401600000',
    '03020100',
    '0503010001',
    '071302066d656d6f72790200065f73746172740000',
    '0a040102000b',
  ].join(''),
  'hex',
);
const WASI_JOB = {
  runtime: 'wasi',
  module: 'main.wasm',
  files: [{ path: 'main.wasm', encoding: 'base64', content: MODULE.toString('base64') }],
};

describe.runIf(canRun)('the chart’s worker in its image', { timeout: POD_TEST_MS }, () => {
  /** @type {WorkerImage} */
  let image;
  beforeAll(() => {
    image = new WorkerImage();
  });
  afterAll(() => image.remove());

  describe.each(/** @type {const} */ (['runc', 'crun']))('as %s runs it', (runtime) => {
    describe.runIf(requireProgram(runtime, runtime))('on a node', () => {
      it('finds nothing missing in preset full but what the machine has not', async () => {
        const report = await doctor(runtime, rendered('full'), { image });
        expect(failuresOf(report)).toEqual([]);
        expect(['T0', 'T1']).toContain(report.tier);
      });

      it('runs native and WASI jobs in preset full, and those that documents and the service say to try', async () => {
        const { compose, native, wasi } = documentedJobs();
        const jobs = [JOB, WASI_JOB, EXAMPLE, compose, native, wasi];
        const served = await serve(runtime, rendered('full'), {
          image,
          jobs,
          env: { SANDLOT_MINIMUM_TIER: '' },
        });
        expect(served.documents, served.stderr).toMatchObject([
          { state: 'succeeded', output: { stdout: { text: '0 sandlot false\n' } } },
          ...jobs.slice(1).map(() => ({ state: 'succeeded', outcome: { kind: 'exited', exitCode: 0 } })),
        ]);
        expect(served.code).toBe(0);
      });

      it('takes no jobs in preset full without the controllers that its tier needs, and names them', async () => {
        const served = await serve(runtime, rendered('full'), { image, jobs: [] });
        expect(served.code).toBe(0);
        expect(served.stderr).toMatch(
          /no jobs are taken: .* here is T1, and SANDLOT_MINIMUM_TIER=T0 .*cgroup/,
        );
      });

      it.each(['restricted', 'legacy'])(
        'names the masks on /proc in preset %s, and nothing else',
        async (preset) => {
          const report = await doctor(runtime, rendered(preset), { image });
          expect(report.tier).toBe('T2');
          expect(failuresOf(report)).toMatchObject([{ ability: 'fresh-proc', code: 'masked-proc' }]);
          expect(failuresOf(report)[0]?.remedy).toContain(
            'Kubernetes: `hostUsers: false` with `procMount: Unmasked`',
          );
        },
      );

      it.each(['restricted', 'legacy'])(
        'runs WASI jobs without namespaces in preset %s, and says why no others',
        async (preset) => {
          const jobs = [WASI_JOB, EXAMPLE, documentedJobs().wasi];
          const served = await serve(runtime, rendered(preset), { image, jobs });
          expect(served.documents, served.stderr).toMatchObject(
            jobs.map(() => ({
              state: 'succeeded',
              outcome: { kind: 'exited', exitCode: 0 },
              tier: 'T4',
            })),
          );
          expect(served.code).toBe(0);
          expect(served.stderr).toMatch(/"tier":"T4".*\/proc are covered.*procMount: Unmasked/);
        },
      );

      it.each(['restricted', 'legacy'])(
        'takes no jobs in preset %s where native ones are wanted, and says why and what to do',
        async (preset) => {
          const env = { SANDLOT_MINIMUM_TIER: 'T1' };
          const served = await serve(runtime, rendered(preset), { image, jobs: [], env });
          expect(served.code).toBe(0);
          expect(served.stderr).toContain(`here is T2, and SANDLOT_MINIMUM_TIER=T1 wants a better one`);
          expect(served.stderr).toMatch(/no jobs are taken: .*\/proc are covered.*procMount: Unmasked/);
        },
      );

      it('names the filter in a pod without settings, and nothing that follows from it', async () => {
        const report = await doctor(runtime, DEFAULT_POD, { image });
        expect(report.tier).toBe('T4');
        expect(failuresOf(report)).toMatchObject([{ ability: 'clone3', code: 'seccomp-container' }]);
        const served = await serve(runtime, DEFAULT_POD, { image, jobs: [JOB] });
        expect(served).toMatchObject({ code: 125, documents: [] });
        expect(served.stderr).toContain('Kubernetes: such a profile as seccompProfile of type Localhost');
        const env = { SANDLOT_MINIMUM_TIER: 'T4' };
        const fenced = await serve(runtime, DEFAULT_POD, { image, jobs: [WASI_JOB], env });
        expect(fenced.documents, fenced.stderr).toMatchObject([{ state: 'succeeded' }]);
      });

      it('names the masks in a pod without settings where the kubelet sets no filter', async () => {
        const report = await doctor(runtime, DEFAULT_POD, { image, seccompDefault: false });
        expect(report.tier).toBe('T2');
        expect(failuresOf(report)).toMatchObject([{ code: 'masked-proc' }]);
      });
    });
  });

  describe.runIf(process.arch === 'x64' && requireProgram('gcc', 'gcc'))('a 32-bit program in it', () => {
    /** Of the image, beside the worker's own. */
    const path = '/usr/bin/foreign-socket';
    beforeAll(() => compile('foreign-socket.c', join(image.rootfs, path)));

    it('asks this kernel for a socket of any family where no filter is', () => {
      expect(execFileSync(join(image.rootfs, path), { encoding: 'utf8' })).toBe('came back\n');
    });

    it.each(/** @type {const} */ (['runc', 'crun']))(
      'is killed before it has one, as %s runs it',
      async (runtime) => {
        const end = await runPod(runtime, rendered('full'), { image, run: () => [path] });
        expect(end).toMatchObject({ stdout: '', code: KILLED_BY_FILTER });
      },
    );
  });

  describe.runIf(requireProgram('crun', 'crun'))('without one setting of preset full', () => {
    it.each(
      /** @type {readonly [string, RenderedPod, object][]} */ ([
        [
          'the filter',
          changed(rendered('full'), { seccompProfile: undefined }),
          { ability: 'clone3', code: 'seccomp-container' },
        ],
        [
          'procMount',
          withoutSetting(rendered('full'), 'procMount'),
          { ability: 'fresh-proc', code: 'masked-proc' },
        ],
        [
          'a user other than root',
          changed(rendered('full'), { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false }),
          { ability: 'user-namespace', code: 'root-without-capabilities' },
        ],
        [
          'hostUsers and procMount, which older API servers drop',
          changed(withoutSetting(rendered('full'), 'procMount'), {}, { hostUsers: true }),
          { ability: 'fresh-proc', code: 'masked-proc' },
        ],
      ]),
    )('the doctor names %s', async (_what, rendering, finding) => {
      expect(failuresOf(await doctor('crun', rendering, { image }))).toMatchObject([finding]);
    });

    it.each(
      /** @type {readonly [string, RenderedPod, object][]} */ ([
        ['nothing', rendered('full'), {}],
        ['noPrivilegeEscalation', withoutSetting(rendered('full'), 'allowPrivilegeEscalation'), {}],
        ['dropCapabilities', withoutSetting(rendered('full'), 'capabilities'), {}],
        ['readOnlyRootFilesystem', withoutSetting(rendered('full'), 'readOnlyRootFilesystem'), {}],
        [
          'seccompProfile',
          changed(rendered('full'), { seccompProfile: undefined }),
          { seccompDefault: false },
        ],
        ['runAsUser', changed(rendered('full'), { runAsGroup: undefined }), {}],
        ['fsGroup', changed(rendered('full'), { fsGroup: undefined }), {}],
        ['scratch', withoutVolume(rendered('full'), '/tmp'), {}],
        ['procMount', withoutSetting(rendered('full'), 'procMount'), {}],
      ]),
    )('the doctor misses %s, and nothing else', async (setting, rendering, options) => {
      const report = await doctor('crun', rendering, { image, ...options });
      expect(missedSettings(report)).toEqual(setting === 'nothing' ? [] : [setting]);
    });
  });

  describe.runIf(requireProgram('crun', 'crun'))('under a filter that lacks one call', () => {
    const calls = WORKER_PROFILE.syscalls.at(-1)?.names ?? [];

    it.each(calls)('the doctor names %s', async (call) => {
      const report = await doctor('crun', rendered('full'), { image, profile: withoutCall(call) });
      const failures = report.findings.filter(
        ({ status, code }) => status === 'failed' && code === 'seccomp-container',
      );
      expect(failures.length).toBeGreaterThan(0);
      for (const { cause } of failures) expect(cause).toContain(`and ${call} (`);
    });
  });
});

/**
 * @param {RenderedPod} rendering
 * @param {string} path where it is mounted
 * @returns {RenderedPod}
 */
function withoutVolume({ pod, ...rest }, path) {
  const containers = pod.containers.map(({ volumeMounts = [], ...container }) => ({
    ...container,
    volumeMounts: volumeMounts.filter(({ mountPath }) => mountPath !== path),
  }));
  return { pod: { ...pod, containers }, ...rest };
}

/**
 * @param {string} source of a 32-bit program, beside this file
 * @param {string} program
 */
function compile(source, program) {
  const options = ['-m32', '-O1', '-static', '-nostdlib', '-fno-pic', '-no-pie', '-fno-stack-protector'];
  execFileSync('gcc', [...options, '-o', program, join(import.meta.dirname, source)]);
}

/**
 * @param {string} call
 * @returns {Profile}
 */
function withoutCall(call) {
  const syscalls = WORKER_PROFILE.syscalls.map((rule) => ({
    ...rule,
    names: rule.names.filter((name) => name !== call),
  }));
  // Where clone3 answers EPERM instead, as if it were not allowed here only, the C library makes no thread at all.
  const hidden = call === 'clone3' ? [{ names: [call], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }] : [];
  return { ...WORKER_PROFILE, syscalls: [...syscalls, ...hidden] };
}
