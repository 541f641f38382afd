import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabCgroup } from './lab-cgroup.js';
import { runProgram, type ProgramEnd } from './run-program.js';
import { until } from './until.js';

export const SYSTEMD = '/lib/systemd/systemd';

/** A systemd user manager in a cgroup of the lab: what a login gives a plain user, without a login. */
export class UserManager {
  readonly env: NodeJS.ProcessEnv;
  readonly #directory: string;
  readonly #cgroup: LabCgroup;
  readonly #process: ChildProcess;

  private constructor(directory: string, cgroup: LabCgroup) {
    this.#directory = directory;
    this.#cgroup = cgroup;
    this.env = {
      ...process.env,
      XDG_RUNTIME_DIR: join(directory, 'run'),
      SYSTEMD_UNIT_PATH: `${join(directory, 'units')}:`,
    };
    // Its own cgroup is where the manager begins; it moves itself to init.scope below.
    const line = `echo $$ > ${cgroup.path}/cgroup.procs && exec ${SYSTEMD} --user --unit=default.target`;
    this.#process = spawn('sh', ['-c', line], { env: this.env, stdio: 'ignore' });
  }

  static async start(cgroup: LabCgroup): Promise<UserManager> {
    const directory = await mkdtemp(join(tmpdir(), 'sandlot-systemd-'));
    await mkdir(join(directory, 'run'), { mode: 0o700 });
    await mkdir(join(directory, 'units'));
    const manager = new UserManager(directory, cgroup);
    await until('the user manager', () => existsSync(join(directory, 'run/systemd/private')), 20_000);
    return manager;
  }

  /** Runs `systemctl` or `systemd-run` with `--user` and these arguments. */
  async run(program: 'systemctl' | 'systemd-run', ...args: readonly string[]): Promise<ProgramEnd> {
    return await runProgram([program, '--user', ...args], { env: this.env });
  }

  /** Installs a unit file, or a drop-in as `name.service.d/x.conf`. */
  async install(name: string, text: string): Promise<void> {
    const path = join(this.#directory, 'units', name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    await this.run('systemctl', 'exit');
    await ended;
    this.#cgroup.remove();
    await rm(this.#directory, { recursive: true });
  }
}
