/** Runs in the guest, as root: the chart's worker pods under containerd, asked for as the kubelet asks. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { IMAGE_CONFIG } from '../docker/image.mjs';
import { readRenderedPod } from '../kubernetes/pod/read-manifest.mjs';
import { programInPod } from '../kubernetes/test/program-in-pod.mjs';
import { startContainerd } from './containerd.mjs';
import { connectCri } from './cri-client.mjs';
import { criRequests } from './cri-request.mjs';

/** @typedef {import('../kubernetes/pod/read-manifest.mjs').RenderedPod} RenderedPod */
/** @typedef {import('../kubernetes/test/pod-program.mjs').Served} Served */
/** @typedef {import('@sandlot/sandbox').DoctorReport} DoctorReport */

const STATE = '/run/node';
const STORE = '/mnt/store';
const FIRST_ID = 200_000;
/** Of the image, and of the group of its volumes. */
const UID = 10_001;
const POD_MS = 240_000;
const ENVIRONMENT = {
  SANDLOT_QUEUE: 'embedded',
  SANDLOT_MAX_MEMORY_BYTES: '256MiB',
  SANDLOT_MINIMUM_TIER: 'T0',
  SANDLOT_WASI_RUNNERS: '0',
};
const HOG = 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 20, 1));';

mkdirSync(join(STATE, 'seccomp'), { recursive: true });
cpSync('infra/kubernetes/seccomp', join(STATE, 'seccomp/profiles'), { recursive: true });
const { socket, log } = await startContainerd({
  bin: '/mnt/runtime/bin',
  store: STORE,
  state: STATE,
  image: '/mnt/image',
});
const cri = connectCri(socket, '/mnt/runtime/api.proto');
let failed = 0;

await check('a pod of preset full is tier T0, and its cgroup holds jobs', async () => {
  const report = await doctor('full');
  assert.equal(
    report.tier,
    'T0',
    JSON.stringify(report.findings.filter(({ status }) => status === 'failed')),
  );
  const jobs = [
    { argv: ['node', '-p', '`${process.getuid()} ${6 * 7}`'], limits: { wallTimeMs: 60_000 } },
    { argv: ['node', '--eval', HOG], limits: { memoryBytes: 96 * 2 ** 20, wallTimeMs: 60_000 } },
  ];
  const command = programInPod('pod-program.mjs', { jobs })([...IMAGE_CONFIG.Entrypoint, 'serve']);
  const { documents, stderr } = /** @type {Served} */ (JSON.parse(await runPod('full', command)));
  const [said, hog] = documents;
  assert.equal(said?.output?.stdout.text, '0 42\n', stderr);
  assert.equal(said?.tier, 'T0');
  assert.equal(hog?.outcome?.kind, 'memory-exceeded');
  assert.equal(hog?.enforcement?.memoryBytes, 'cgroup');
});

for (const preset of ['restricted', 'legacy']) {
  await check(`a pod of preset ${preset} is tier T2, and the masks on /proc are named`, async () => {
    const report = await doctor(preset);
    assert.equal(report.tier, 'T2');
    assert.equal(report.findings.find(({ ability }) => ability === 'fresh-proc')?.code, 'masked-proc');
  });
}

if (failed > 0) process.stdout.write(log().replaceAll(/^.*level=info.*\n/gm, ''));
process.stdout.write(`${3 - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

/**
 * @param {string} what
 * @param {() => Promise<void>} test
 */
async function check(what, test) {
  const begun = performance.now();
  try {
    await test();
    process.stdout.write(`ok      ${what} (${Math.round((performance.now() - begun) / 1000)} s)\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(
      `FAILED  ${what}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}

/**
 * @param {string} preset
 * @returns {Promise<DoctorReport>}
 */
async function doctor(preset) {
  return /** @type {DoctorReport} */ (
    JSON.parse(await runPod(preset, [...IMAGE_CONFIG.Entrypoint, 'doctor', '--json']))
  );
}

/**
 * Runs a pod to its end.
 *
 * @param {string} preset of the chart
 * @param {readonly string[]} command
 * @returns {Promise<string>} what it wrote to stdout
 */
async function runPod(preset, command) {
  const rendering = readRenderedPod(readFileSync(`infra/helm/rendered/${preset}.yaml`, 'utf8'), 'worker');
  const name = `worker-${preset}-${Math.round(performance.now())}`;
  const logs = join(STATE, 'logs', name);
  mkdirSync(logs, { recursive: true });
  const { handler, sandbox, container } = criRequests(rendering, {
    name,
    image: 'localhost/sandlot:sandlot',
    logs,
    seccomp: join(STATE, 'seccomp'),
    volumes: { store: volume(name, 'store'), scratch: volume(name, 'scratch') },
    firstId: FIRST_ID,
    env: ENVIRONMENT,
    command,
  });
  const { pod_sandbox_id: pod } = await cri('RunPodSandbox', { config: sandbox, runtime_handler: handler });
  const { container_id: id } = await cri('CreateContainer', {
    pod_sandbox_id: pod,
    config: container,
    sandbox_config: sandbox,
  });
  await cri('StartContainer', { container_id: id });
  if (handler === 'sandlot') giveCgroup(id);
  await untilExited(id);
  const text = readLog(join(logs, 'log'));
  await cri('StopPodSandbox', { pod_sandbox_id: pod });
  await cri('RemovePodSandbox', { pod_sandbox_id: pod });
  return text;
}

/**
 * As runc does where systemd makes its cgroups, which a guest without one cannot show: its own way leaves them to root.
 *
 * @param {string} id
 */
function giveCgroup(id) {
  const directory = join('/sys/fs/cgroup/kubepods', id);
  for (const name of ['', 'cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control'])
    chownSync(join(directory, name), FIRST_ID + UID, FIRST_ID + UID);
}

/**
 * An emptyDir with the pod's fsGroup, of the host's ids: mounts of a pod with a user namespace are mapped.
 *
 * @param {string} pod
 * @param {string} name
 */
function volume(pod, name) {
  const path = join(STORE, 'volumes', pod, name);
  mkdirSync(path, { recursive: true });
  chownSync(path, 0, UID);
  chmodSync(path, 0o2770);
  return path;
}

/** @param {string} id */
async function untilExited(id) {
  const deadline = performance.now() + POD_MS;
  for (;;) {
    const { status } = await cri('ContainerStatus', { container_id: id });
    if (status.state === 'CONTAINER_EXITED') return;
    if (performance.now() > deadline) throw new Error(`The container did not end within ${POD_MS} ms`);
    await delay(200);
  }
}

/**
 * Stdout of a log of the container runtime interface: `time stream P|F text`, where P is a line that goes on.
 *
 * @param {string} path
 */
function readLog(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines
    .flatMap((line) => {
      const [, tag, text = ''] = /^\S+ stdout ([PF]) (.*)$/.exec(line) ?? [];
      return tag === undefined ? [] : [tag === 'F' ? `${text}\n` : text];
    })
    .join('');
}
