import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { chmodTree } from './chmod-tree.mjs';
import { run } from './run.mjs';

/** Modules of the Go proxy, and what is built of each. */
const CONTAINERD = {
  module: 'github.com/containerd/containerd/v2',
  version: 'v2.2.9',
  programs: ['cmd/containerd', 'cmd/containerd-shim-runc-v2', 'cmd/ctr'],
  tags: 'no_btrfs,no_devmapper,no_zfs',
};
/** Debian's 1.1 cannot map the ids of mounts, without which containerd makes no pod with a user namespace. */
const RUNC = {
  module: 'github.com/opencontainers/runc',
  version: 'v1.3.7',
  programs: ['.'],
  tags: 'seccomp',
};

/** @typedef {{ bin: string, proto: string }} Runtime directory of the programs; the container runtime interface of Kubernetes */

/**
 * Builds containerd and runc from their sources, once for each version.
 *
 * @returns {Runtime}
 * @throws {Error} if Go, libseccomp's headers or the modules cannot be had
 */
export function buildRuntime() {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sandlot-node');
  const ready = join(cache, `${CONTAINERD.version}-${RUNC.version}`);
  const runtime = { bin: join(ready, 'bin'), proto: join(ready, 'api.proto') };
  if (existsSync(ready)) return runtime;
  const work = `${ready}.new`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, 'bin'), { recursive: true });
  for (const source of [CONTAINERD, RUNC]) build(source, work);
  const api = goModule(join(work, 'containerd'), 'k8s.io/cri-api');
  writeFileSync(
    join(work, 'api.proto'),
    plain(readFileSync(join(api, 'pkg/apis/runtime/v1/api.proto'), 'utf8')),
  );
  for (const name of ['containerd', 'runc']) rmSync(join(work, name), { recursive: true });
  renameSync(work, ready);
  return runtime;
}

/**
 * @param {typeof CONTAINERD} source
 * @param {string} work
 */
function build({ module, version, programs, tags }, work) {
  const download = run('go', ['mod', 'download', '-json', `${module}@${version}`]);
  const { Dir: directory } = /** @type {{ Dir: string }} */ (JSON.parse(download));
  const copy = join(work, module.includes('runc') ? 'runc' : 'containerd');
  cpSync(directory, copy, { recursive: true });
  chmodTree(copy);
  // Of the module's own repository: not all of it is in what the proxy serves.
  rmSync(join(copy, 'vendor'), { recursive: true, force: true });
  for (const program of programs) {
    const name = program === '.' ? 'runc' : program.slice('cmd/'.length);
    const args = ['build', '-mod=mod', `-tags=${tags}`, '-o', join(work, 'bin', name), `./${program}`];
    run('go', args, { cwd: copy });
  }
}

/**
 * @param {string} directory of the module that needs it
 * @param {string} name
 */
function goModule(directory, name) {
  return run('go', ['list', '-mod=mod', '-m', '-f', '{{.Dir}}', name], { cwd: directory }).trim();
}

/**
 * Without what is said to one generator of code, and taken from a file that is not there.
 *
 * @param {string} proto
 */
function plain(proto) {
  return proto
    .replaceAll(/^import "github\.com\/gogo.*$/gm, '')
    .replaceAll(/^option \(gogoproto.*$/gm, '')
    .replaceAll(/\[\s*\(gogoproto[^\]]*\]/g, '');
}
