/** Runs in the guest, as root: the chart's worker pods under containerd, asked for as the kubelet asks. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE_CONFIG } from '../docker/image.mjs';
import { containerConfig } from '../kubernetes/pod/container-config.mjs';
import { readRenderedPod } from '../kubernetes/pod/read-manifest.mjs';
import { readProfile } from '../kubernetes/seccomp/read-profile.mjs';
import { programInPod } from '../kubernetes/test/program-in-pod.mjs';
import { startContainerd } from './containerd.mjs';
import { connectCri } from './cri-client.mjs';
import { decisiveConfig } from './decisive-config.mjs';
import { inContainer, runOnNode } from './pods-on-node.mjs';

/** @typedef {import('../kubernetes/pod/read-manifest.mjs').RenderedPod} RenderedPod */
/** @typedef {import('../kubernetes/test/pod-program.mjs').Served} Served */
/** @typedef {import('@sandlot/sandbox').DoctorReport} DoctorReport */

const STATE = '/run/node';
const STORE = '/mnt/store';
const FIRST_ID = 200_000;
const ENVIRONMENT = {
  SANDLOT_QUEUE: 'embedded',
  SANDLOT_MAX_MEMORY_BYTES: '256MiB',
  SANDLOT_MINIMUM_TIER: 'T0',
  SANDLOT_WASI_RUNNERS: '0',
};
const HOG = 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 20, 1));';
/** A pod of which nobody has thought. */
const SILENT_POD = { pod: { containers: [{ name: 'worker' }] }, handlers: {} };

mkdirSync(join(STATE, 'seccomp'), { recursive: true });
cpSync('infra/kubernetes/seccomp', join(STATE, 'seccomp/profiles'), { recursive: true });
const { socket, log } = await startContainerd({
  bin: '/mnt/runtime/bin',
  store: STORE,
  state: STATE,
  image: '/mnt/image',
});
const cri = connectCri(socket, '/mnt/runtime/api.proto');
const node = { cri, store: STORE, state: STATE, firstId: FIRST_ID, env: ENVIRONMENT };
let [passed, failed] = [0, 0];

for (const preset of ['full', 'restricted', 'legacy']) {
  await check(
    `a pod of preset ${preset} is configured as the tests under runc and crun have it`,
    async () => {
      await compareConfigs(rendered(preset));
    },
  );
}
await check('a pod without settings is configured as the tests under runc and crun have it', async () => {
  await compareConfigs(SILENT_POD);
});

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
  const answer = await runOnNode(node, rendered('full'), command);
  const { documents, stderr } = /** @type {Served} */ (JSON.parse(answer));
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
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

/**
 * @param {string} what
 * @param {() => Promise<void>} test
 */
async function check(what, test) {
  const begun = performance.now();
  try {
    await test();
    passed += 1;
    process.stdout.write(`ok      ${what} (${Math.round((performance.now() - begun) / 1000)} s)\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(
      `FAILED  ${what}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}

/** @param {string} preset of the chart */
function rendered(preset) {
  return readRenderedPod(readFileSync(`infra/helm/rendered/${preset}.yaml`, 'utf8'), 'worker');
}

/**
 * @param {string} preset
 * @returns {Promise<DoctorReport>}
 */
async function doctor(preset) {
  const report = await runOnNode(node, rendered(preset), [...IMAGE_CONFIG.Entrypoint, 'doctor', '--json']);
  return /** @type {DoctorReport} */ (JSON.parse(report));
}

/** @param {RenderedPod} rendering */
async function compareConfigs(rendering) {
  const command = [...IMAGE_CONFIG.Entrypoint, 'doctor'];
  await inContainer(node, rendering, command, async ({ id, volumes }) => {
    const { info } = await cri('ContainerStatus', { container_id: id, verbose: true });
    const { runtimeSpec } = /** @type {{ runtimeSpec: import('./decisive-config.mjs').Config }} */ (
      JSON.parse(info['info'] ?? '{}')
    );
    const [real, ours] = [decisiveConfig(runtimeSpec), decisiveConfig(configOfTests(rendering, volumes))];
    // By themselves: among hundreds of lines the difference would not be shown.
    assert.deepEqual(callsOnlyIn(real, ours), []);
    assert.deepEqual(callsOnlyIn(ours, real), []);
    assert.deepEqual(real, ours);
  });
}

/** @typedef {ReturnType<typeof decisiveConfig>} Decisive */

/**
 * @param {Decisive} one
 * @param {Decisive} other
 */
function callsOnlyIn({ seccomp }, other) {
  return seccomp?.calls.filter((call) => other.seccomp?.calls.includes(call) !== true) ?? [];
}

/**
 * @param {RenderedPod} rendering
 * @param {Readonly<Record<string, string>>} volumes
 */
function configOfTests({ pod, annotations = {}, handlers }, volumes) {
  return containerConfig(pod, {
    ...{ rootfs: 'rootfs', image: IMAGE_CONFIG, volumes, annotations, handlers },
    secrets: { 'sandlot-queue': { url: 'redis://redis:6379/0' } },
    seccompDefault: true,
    runtimeDefault: readProfile('runtime-default'),
    seccompProfiles: { 'profiles/sandlot-worker.json': readProfile('sandlot-worker') },
    podIds: [{ containerID: 0, hostID: FIRST_ID, size: 65_536 }],
    writableCgroups: ['sandlot'],
  });
}
