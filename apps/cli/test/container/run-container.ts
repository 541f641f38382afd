import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, type ProgramEnd } from '../support/run-program.js';
import { containerConfig, type ContainerOptions } from './container-config.js';

export type Runtime = 'runc' | 'crun';

/** Debian keeps runc in /usr/sbin. */
const PATH = `${process.env['PATH']}:/usr/sbin:/sbin`;

export interface ContainerRun extends Omit<ContainerOptions, 'rootfs'> {
  /** As of {@link ContainerOptions}, a cgroup of this host: the container is started in it. */
  readonly cgroup?: string;
  readonly runtime: Runtime;
  /** Started by a plain user, in a user namespace of one uid. @default false */
  readonly isRootless?: boolean;
}

/** Runs a program in a container whose root is this host's, read-only, and removes every trace of it. */
export async function runContainer({
  runtime,
  isRootless = false,
  cgroup,
  ...options
}: ContainerRun): Promise<ProgramEnd> {
  const bundle = mkdtempSync(join(tmpdir(), 'sandlot-container-'));
  const state = join(bundle, 'state');
  for (const path of [state, join(bundle, 'rootfs'), join(bundle, 'cgroup')]) mkdirSync(path);
  const inside = cgroup === undefined ? {} : { cgroup: join(bundle, 'cgroup') };
  writeFileSync(
    join(bundle, 'config.json'),
    JSON.stringify(containerConfig({ ...options, ...inside, rootfs: 'rootfs' })),
  );
  chmodSync(bundle, 0o755);
  try {
    const argv = [
      ...(isRootless ? USER_NAMESPACE : ['unshare', '--mount']),
      ...start(runtime, state, cgroup),
    ];
    return await runProgram(argv, { cwd: bundle, env: { PATH, XDG_RUNTIME_DIR: bundle } });
  } finally {
    // Fails if this host's tree were still mounted there, before anything of it could be removed.
    rmdirSync(join(bundle, 'rootfs'));
    rmdirSync(join(bundle, 'cgroup'));
    rmSync(bundle, { recursive: true });
  }
}

/** What a plain user enters before anything else. */
const USER_NAMESPACE = ['unshare', '--user', '--map-root-user', '--mount'];

/** In the new mount namespace: the host's tree as root, then the container. */
function start(runtime: Runtime, state: string, cgroup?: string): readonly string[] {
  const enter =
    cgroup === undefined ? '' : `mount --bind ${cgroup} cgroup && echo 0 > ${cgroup}/cgroup.procs && `;
  const command = {
    runc: `runc --root ${state} --rootless=auto`,
    // It knows no host with cgroups of both versions.
    crun: `mount -t tmpfs none /sys/fs/cgroup && exec crun --root ${state} --cgroup-manager=disabled`,
  }[runtime];
  return [
    '--propagation=private',
    'sh',
    '-c',
    `mount --rbind / rootfs && ${enter}${command} run sandlot-${process.pid}`,
  ];
}

/** Whether a plain user may make what a rootless container is started in. */
export function canBeRootless(): boolean {
  const argv = [...USER_NAMESPACE, 'true'];
  try {
    execFileSync('env', argv, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
