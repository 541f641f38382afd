/**
 * `npm run test:node`: boots a virtual machine with containerd, and runs the chart's worker pods in it over the container
 * runtime interface, as the kubelet would. Ends with one plain line, `N passed, N failed`. About four minutes.
 */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programExists } from '../dev/setup/check-machine.mjs';
import { ROOT } from '../dev/setup/workspace.mjs';
import { writeOciLayout } from '../docker/oci-layout.mjs';
import { stageRootfs } from '../docker/stage-rootfs.mjs';
import { UML, bootGuest } from '../lab/boot-guest.mjs';
import { buildRuntime } from './build-runtime.mjs';
import { run } from './run.mjs';

const MEMORY_MIB = 3072;
const STORE_BYTES = 4 * 2 ** 30;
const TIMEOUT_MS = 15 * 60_000;

const NEEDED = /** @type {const} */ ([
  [UML, 'apt-get install user-mode-linux'],
  ['go', 'install Go 1.24 or newer'],
  ['mkfs.ext4', 'apt-get install e2fsprogs'],
  ['pkg-config', 'apt-get install pkg-config libseccomp-dev'],
]);

process.env['PATH'] += ':/usr/sbin:/sbin';
const missing = NEEDED.filter(([program]) => !programExists(program));
if (missing.length > 0) {
  const remedies = missing.map(([program, remedy]) => `${program} is missing: ${remedy}`);
  process.stderr.write(`npm run test:node cannot run here.\n${remedies.join('\n')}\n`);
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'sandlot-node-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
process.stdout.write('containerd and runc ...\n');
const runtime = buildRuntime();
process.stdout.write('the image ...\n');
const image = await packImage();
process.stdout.write('the node ...\n');
let code = 1;
const defect = await bootGuest({
  init: join(import.meta.dirname, 'guest.sh'),
  args: [ROOT, process.execPath, join(runtime.bin, '..'), image],
  memoryMiB: MEMORY_MIB,
  scratch,
  disk: undefined,
  store: makeStore(),
  timeoutMs: TIMEOUT_MS,
  onLine: (line) => {
    const ended = /^@lab ended (\d+)$/.exec(line)?.[1];
    if (ended === undefined) process.stdout.write(`${line}\n`);
    else code = Number(ended);
  },
});
if (defect !== undefined) process.stderr.write(defect);
process.exitCode = defect === undefined ? code : 1;

/** The image as `ctr` imports it, and a second one of the same files, which does nothing: that of the sandbox. */
async function packImage() {
  const [rootfs, layout, tar] = [
    join(scratch, 'rootfs'),
    join(scratch, 'layout'),
    join(scratch, 'image.tar'),
  ];
  stageRootfs(rootfs);
  await writeOciLayout(rootfs, layout, 'sandlot', {
    pause: { Entrypoint: ['/usr/bin/node', '--eval', 'setInterval(() => 0, 1e9)'], Cmd: [] },
  });
  run('tar', ['--create', `--file=${tar}`, `--directory=${layout}`, '.']);
  for (const path of [rootfs, layout]) rmSync(path, { recursive: true });
  return tar;
}

/** A disk that takes only what is written to it. */
function makeStore() {
  const store = join(scratch, 'store');
  writeFileSync(store, '');
  truncateSync(store, STORE_BYTES);
  run('mkfs.ext4', ['-q', '-F', store]);
  return store;
}
