import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const START_MS = 20_000;
/** A master that has not answered for so long is taken for dead. */
const DEAD_AFTER_MS = 1_000;

/** Several Redis processes of our own on loopback, one of which can take the place of another. */
export interface RedisGroup {
  /** As SANDLOT_QUEUE names it. */
  readonly url: string;
  readonly ports: readonly number[];
  /** Kills the process that listens on `port`, at once. */
  kill(port: number): Promise<void>;
  /** Kills all of them and removes their files. */
  destroy(): Promise<void>;
}

/** A cluster of three masters, each with a replica. */
export async function startRedisCluster(): Promise<RedisGroup> {
  const group = await Processes.create();
  const ports = await freePorts(12);
  const [nodes, buses] = [ports.slice(0, 6), ports.slice(6)];
  try {
    for (const [index, port] of nodes.entries()) {
      const bus = ['--cluster-port', String(buses[index])];
      const timeout = ['--cluster-node-timeout', String(DEAD_AFTER_MS)];
      await group.start(port, ['--cluster-enabled', 'yes', ...bus, ...timeout, '--appendonly', 'yes']);
    }
    const addresses = nodes.map((port) => `127.0.0.1:${port}`);
    await redisCli('--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes');
    await Promise.all(nodes.map(async (port) => await until(port, ['cluster', 'info'], /cluster_state:ok/)));
    await untilReplicated(nodes);
    return group.toGroup(`redis+cluster://${addresses.slice(0, 3).join(',')}`, nodes);
  } catch (error) {
    await group.destroy();
    throw error;
  }
}

/** A master named `jobs`, its replica, and three sentinels. */
export async function startRedisSentinels(): Promise<RedisGroup> {
  const group = await Processes.create();
  const [master = 0, replica = 0, ...sentinels] = await freePorts(5);
  try {
    await group.start(master, ['--appendonly', 'yes']);
    await group.start(replica, ['--appendonly', 'yes', '--replicaof', '127.0.0.1', String(master)]);
    await until(replica, ['info', 'replication'], /master_link_status:up/);
    for (const port of sentinels) await group.startSentinel(port, master);
    const known = [/num-other-sentinels\n2\n/, /num-slaves\n1\n/];
    for (const port of sentinels)
      for (const pattern of known) await until(port, ['sentinel', 'master', 'jobs'], pattern);
    const hosts = sentinels.map((port) => `127.0.0.1:${port}`).join(',');
    return group.toGroup(`redis+sentinel://${hosts}/jobs`, [master, replica, ...sentinels]);
  } catch (error) {
    await group.destroy();
    throw error;
  }
}

/** By port. */
class Processes {
  readonly #directory: string;
  readonly #children = new Map<number, ChildProcess>();

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(): Promise<Processes> {
    return new Processes(await mkdtemp(join(tmpdir(), 'sandlot-redis-')));
  }

  async start(port: number, args: readonly string[]): Promise<void> {
    const directory = join(this.#directory, String(port));
    await mkdir(directory);
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
    this.#children.set(port, spawn('redis-server', [...own, ...args], { stdio: 'ignore' }));
    await until(port, ['ping'], /PONG/);
  }

  async startSentinel(port: number, master: number): Promise<void> {
    const file = join(this.#directory, `sentinel-${port}.conf`);
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `sentinel monitor jobs 127.0.0.1 ${master} 2`,
      `sentinel down-after-milliseconds jobs ${DEAD_AFTER_MS}`,
      'sentinel failover-timeout jobs 5000',
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    this.#children.set(port, spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' }));
    await until(port, ['ping'], /PONG/);
  }

  async kill(port: number): Promise<void> {
    const child = this.#children.get(port);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.#children.keys()].map(async (port) => await this.kill(port)));
    await rm(this.#directory, { recursive: true });
  }

  toGroup(url: string, ports: readonly number[]): RedisGroup {
    return {
      url,
      ports,
      kill: async (port) => await this.kill(port),
      destroy: async () => await this.destroy(),
    };
  }
}

/** Every master has told its replica all it has. */
async function untilReplicated(ports: readonly number[]): Promise<void> {
  const pattern = /role:master[\s\S]*slave0:.*state=online|master_link_status:up/;
  await Promise.all(ports.map(async (port) => await until(port, ['info', 'replication'], pattern)));
}

async function until(port: number, command: readonly string[], pattern: RegExp): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (let seen = ''; !pattern.test(seen);) {
    if (performance.now() > deadline)
      throw new Error(`Redis on port ${port} never answered ${command.join(' ')} by ${pattern}: ${seen}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    seen = await redisCli('-p', String(port), ...command).catch((error: unknown) => String(error));
  }
}

async function redisCli(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)('redis-cli', [...args])).stdout;
}

/** Free at the moment: each was bound, all at once, and let go. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map(async (server): Promise<unknown> => await once(server, 'listening')));
  // A server that listens on TCP has such an address.
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(async (server): Promise<unknown> => await once(server.close(), 'close')));
  return ports;
}
