import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@sandlot/client';
import { requireFeature } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLabCgroup, type LabCgroup } from '../support/lab-cgroup.js';
import { SANDLOT_COMMAND } from '../support/sandlot.js';
import { SYSTEMD, UserManager } from '../support/systemd.js';
import { until } from '../support/until.js';

const ROOT = join(import.meta.dirname, '../../../..');
const UNIT = join(ROOT, 'infra/systemd/user/sandlot.service');
const TIMEOUT_MS = 90_000;
const START_MS = 40_000;

const hasSystemd = requireFeature({
  feature: 'systemd',
  remedy: 'apt-get install systemd',
  isPresent: existsSync(SYSTEMD),
});

describe.runIf(hasSystemd)('under a systemd user manager', { timeout: TIMEOUT_MS }, () => {
  let cgroup: LabCgroup;
  let manager: UserManager;
  let directory: string;
  let address: string;
  beforeAll(async () => {
    cgroup = createLabCgroup(`manager-${process.pid}`)!;
    manager = await UserManager.start(cgroup);
    directory = await mkdtemp(join(tmpdir(), 'sandlot-unit-'));
    address = `127.0.0.1:${await freePort()}`;
  }, TIMEOUT_MS);
  afterAll(async () => {
    await manager.close();
    await rm(directory, { recursive: true });
  });

  const settings = () => ({ SANDLOT_LISTEN: address, SANDLOT_DATA_DIR: join(directory, 'data') });

  /** Asks for a job that takes more memory than it may. */
  const expectLimits = async () => {
    const baseUrl = `http://${address}`;
    const health = await until('the service', async () => await healthOf(baseUrl), START_MS);
    expect(health.tier).toBe('T0');
    const job = await createClient({ baseUrl }).submit(
      {
        argv: ['python3', '-c', 'b = bytearray(200 << 20)'],
        limits: { memoryBytes: 64 << 20, wallTimeMs: 30_000 },
      },
      { waitSeconds: 40 },
    );
    expect(job.outcome).toEqual({ kind: 'memory-exceeded', limitBytes: 64 << 20 });
  };

  it('a scope with Delegate=yes is all that it takes', async () => {
    const argv = ['--user', '--scope', '--quiet', '-p', 'Delegate=yes', ...SANDLOT_COMMAND, 'serve'];
    const service = spawn('systemd-run', argv, {
      cwd: ROOT,
      env: { ...manager.env, ...settings() },
      stdio: 'ignore',
    });
    const ended = once(service, 'exit');
    try {
      await expectLimits();
    } finally {
      service.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
  });

  it('the user unit runs it, restarts it after a crash, and stops it', async () => {
    const environment = Object.entries(settings()).map(([name, value]) => `Environment=${name}=${value}\n`);
    await manager.install('sandlot.service', await readFile(UNIT, 'utf8'));
    await manager.install(
      'sandlot.service.d/test.conf',
      `[Service]\nWorkingDirectory=${ROOT}\nExecStart=\nExecStart=${SANDLOT_COMMAND.join(' ')} serve\nRestartSec=100ms\n${environment.join('')}`,
    );
    expect(await manager.run('systemctl', 'daemon-reload')).toMatchObject({ code: 0 });
    expect(await manager.run('systemctl', 'start', 'sandlot')).toMatchObject({ code: 0 });
    await expectLimits();
    // What is left of its cgroups must not keep the next one out.
    expect(await manager.run('systemctl', 'kill', '--signal=KILL', 'sandlot')).toMatchObject({ code: 0 });
    await until('the crash', async () => (await healthOf(`http://${address}`)) === undefined);
    await expectLimits();
    expect(await manager.run('systemctl', 'stop', 'sandlot')).toMatchObject({ code: 0 });
    const { stdout } = await manager.run('systemctl', 'show', 'sandlot', '--property=ActiveState,Result');
    expect(stdout.trim().split('\n').sort()).toEqual(['ActiveState=inactive', 'Result=success']);
  });
});

async function healthOf(baseUrl: string): Promise<{ readonly tier?: string } | undefined> {
  const response = await fetch(`${baseUrl}/healthz`).catch(() => undefined);
  return response === undefined ? undefined : ((await response.json()) as { readonly tier?: string });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  server.close();
  await once(server, 'close');
  return port;
}
