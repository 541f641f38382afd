import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './run.mjs';

const START_MS = 60_000;

/**
 * A network that leads nowhere: our pods need none but their own loopback.
 */
const NO_NETWORK = `#!/bin/sh
cat >/dev/null
case $CNI_COMMAND in
VERSION) echo '{"cniVersion":"1.0.0","supportedVersions":["1.0.0"]}' ;;
ADD) echo '{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","sandbox":"'"$CNI_NETNS"'"}],"ips":[{"address":"10.1.1.2/24","interface":0}]}' ;;
esac
`;

/**
 * Starts containerd as a node has it: with the runtime that the chart's RuntimeClass names.
 *
 * @param {{ bin: string, store: string, state: string, image: string }} options `store`: on a disk; `image`: a tar file
 * @returns {Promise<{ socket: string, log: () => string }>}
 */
export async function startContainerd({ bin, store, state, image }) {
  const [socket, log] = [join(state, 'socket'), join(state, 'log')];
  const [programs, networks] = [join(state, 'cni/bin'), join(state, 'cni/net.d')];
  for (const directory of [programs, networks]) mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(networks, '10-none.conflist'),
    JSON.stringify({ cniVersion: '1.0.0', name: 'none', plugins: [{ type: 'none' }] }),
  );
  writeFileSync(join(programs, 'none'), NO_NETWORK, { mode: 0o755 });
  writeFileSync(join(state, 'config.toml'), configuration({ bin, store, state, socket, programs, networks }));
  const file = openSync(log, 'w');
  spawn(join(bin, 'containerd'), ['-c', join(state, 'config.toml')], {
    stdio: ['ignore', file, file],
    env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` },
  });
  const deadline = performance.now() + START_MS;
  while (!existsSync(socket)) {
    if (performance.now() > deadline)
      throw new Error(`containerd did not start: ${readFileSync(log, 'utf8')}`);
    await delay(100);
  }
  const names = ['--local', '--base-name=localhost/sandlot', '--snapshotter=native'];
  run(join(bin, 'ctr'), ['-a', socket, '-n', 'k8s.io', 'images', 'import', ...names, image]);
  return { socket, log: () => readFileSync(log, 'utf8') };
}

/** @param {{ bin: string, store: string, state: string, socket: string, programs: string, networks: string }} paths */
function configuration({ bin, store, state, socket, programs, networks }) {
  const runtimes = [
    ['runc', false],
    ['sandlot', true],
  ].map(
    ([name, isWritable]) => `
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.${name}]
runtime_type = "io.containerd.runc.v2"
cgroup_writable = ${isWritable}
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.${name}.options]
BinaryName = "${bin}/runc"
`,
  );
  return `version = 3
root = "${store}/containerd"
state = "${state}/containerd"
disabled_plugins = ["io.containerd.nri.v1.nri"]
[grpc]
address = "${socket}"
[plugins.'io.containerd.cri.v1.images']
snapshotter = "native"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = "localhost/sandlot:pause"
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ["${programs}"]
conf_dir = "${networks}"
use_internal_loopback = true
[plugins.'io.containerd.cri.v1.runtime'.containerd]
default_runtime_name = "runc"
${runtimes.join('')}`;
}
