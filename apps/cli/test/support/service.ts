import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandlot, type RunningSandlot } from './sandlot.js';
import { until } from './until.js';

const STARTED_MS = 20_000;

/** A started `serve`, `api` or `worker`. */
export interface Service {
  readonly process: RunningSandlot;
  /** Where its API listens; empty for a worker alone. */
  readonly address: string;
}

/** Starts services for one test file and leaves nothing of them behind. */
export class Services {
  readonly #running = new Set<RunningSandlot>();
  readonly #directories: string[] = [];

  async makeDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'sandlot-e2e-'));
    this.#directories.push(directory);
    return directory;
  }

  /** Starts a command on a free port, in a cgroup if one is named, and waits until it says that it runs. */
  async start(
    command: 'serve' | 'api' | 'worker',
    env: Readonly<Record<string, string>>,
    cgroup?: string,
  ): Promise<Service> {
    const place = cgroup === undefined ? {} : { cgroup };
    const process = startSandlot([command], { env: { SANDLOT_LISTEN: '127.0.0.1:0', ...env }, ...place });
    this.#running.add(process);
    const started = command === 'worker' ? /worker \S+\n[^]*data/ : /listens on (\S+)\n[^]*Try:\n.+\n/;
    const greeting = await until(
      `${command} to start`,
      () => {
        if (process.child.exitCode !== null) throw new Error(`${command} ended: ${process.stderr}`);
        return started.exec(process.stdout) ?? undefined;
      },
      STARTED_MS,
    );
    return { process, address: greeting[1] ?? '' };
  }

  /** Kills a service as a crash would, without any chance to clean up. */
  async crash({ process }: Service): Promise<void> {
    process.child.kill('SIGKILL');
    await process.ended;
    this.#running.delete(process);
  }

  async closeAll(): Promise<void> {
    for (const process of this.#running) process.child.kill('SIGKILL');
    await Promise.all([...this.#running].map(async ({ ended }) => await ended));
    for (const directory of this.#directories) await rm(directory, { recursive: true, force: true });
  }
}
