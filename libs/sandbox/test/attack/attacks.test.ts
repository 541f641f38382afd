import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Sandbox } from '@sandlot/engine';
import { payloadPath } from '@sandlot/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { libseccomp } from '../../src/seccomp/libseccomp.js';
import { hostState } from '../support/host-state.js';
import { runInCell } from '../support/run-in-cell.js';
import { waitUntil } from '../support/wait-until.js';
import type { Attack, Control } from './attack.js';
import { DEVICE_ATTACKS } from './table/devices.js';
import { INIT_ATTACKS } from './table/init.js';
import { KERNEL_ATTACKS } from './table/kernel.js';
import { MOUNT_ATTACKS } from './table/mounts.js';
import { NAMESPACE_ATTACKS } from './table/namespaces.js';
import { PRIVILEGE_ATTACKS } from './table/privileges.js';
import { RESOURCE_ATTACKS } from './table/resources.js';
import { SOCKET_ATTACKS } from './table/sockets.js';

const ATTACKS: readonly Attack[] = [
  ...NAMESPACE_ATTACKS,
  ...MOUNT_ATTACKS,
  ...INIT_ATTACKS,
  ...KERNEL_ATTACKS,
  ...DEVICE_ATTACKS,
  ...SOCKET_ATTACKS,
  ...PRIVILEGE_ATTACKS,
  ...RESOURCE_ATTACKS,
];

const PRELUDE = readFileSync(new URL('attempt.py', import.meta.url), 'utf8');
const SECRET = 'nobody in a cell reads this';
const ABSTRACT = `sandlot-attack-${process.pid}`;
/** nobody: who tries the controls if the tests run as root. */
const ORDINARY_ID = 65_534;
const NAMESPACE_ROOT = [
  'unshare',
  '--map-root-user',
  '--mount',
  '--pid',
  '--fork',
  '--net',
  '--ipc',
  '--uts',
  '--cgroup',
  '--mount-proc',
];

let sandbox: Sandbox;
let directory: string;
let server: Server;
let listener: ChildProcess;
/** What the listeners of the host have heard of. */
let heard = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandlot-attack-'));
  await chmod(directory, 0o777);
  await writeFile(join(directory, 'canary'), SECRET, { mode: 0o644 });
  server = await listen();
  // Node ≤ 20 fills an abstract name up with NULs.
  listener = spawn(await payloadPath(), ['abstract-listen', ABSTRACT], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  listener.stdout?.on('data', (chunk) => (heard += String(chunk)));
  await waitUntil('the host listens', () => heard === 'listening\n');
  sandbox = await createSandbox({ slots: 1 });
});
afterAll(async () => {
  await sandbox.close();
  server.close();
  listener.kill();
  await rm(directory, { recursive: true });
});

describe('an attack from a cell is refused and leaves the host as it was', () => {
  it.each(titled(ATTACKS))('%s', async (_name, { code, refusal = 'EPERM' }) => {
    const before = { ...hostState(), heard };
    const { stdout, stderr, outcome } = await runInCell(sandbox, {
      argv: command(code),
      env: environment(code),
    });
    expect({ stdout, stderr, outcome }).toEqual({
      stdout: `refused ${refusal}\n`,
      stderr: '',
      outcome: { kind: 'exited', exitCode: 0 },
    });
    expect({ ...hostState(), heard }).toEqual(before);
    expect(readFileSync(join(directory, 'canary'), 'utf8')).toBe(SECRET);
  });

  it('has a name for each', () => {
    expect(ATTACKS.length).toBeGreaterThan(60);
    expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
  });
});

describe('the same attack goes through outside of a cell', () => {
  it.each(titled(ATTACKS.filter(({ control }) => control !== undefined)))(
    '%s',
    async (_name, { code, control = 'user' }) => {
      // A kernel that lacks what is attacked shows nothing.
      expect(await attemptOutside(code, control)).toMatch(/^(?:allowed|refused ENOSYS)\n$/);
    },
  );
});

/** `$name` in a title would be cut. */
function titled(attacks: readonly Attack[]): readonly (readonly [string, Attack])[] {
  return attacks.map((attack) => [attack.name, attack]);
}

function command(code: string): readonly string[] {
  return ['python3', '-c', PRELUDE, code];
}

function environment(code: string): Record<string, string> {
  const names = [...code.matchAll(/call\('(\w+)'/g), ['', 'clone']].map(([, name = '']) => name);
  const numbers = Object.fromEntries(names.map((name) => [name, libseccomp().numberOf(name)]));
  return {
    ABSTRACT,
    CANARY: join(directory, 'canary'),
    PORT: String((server.address() as AddressInfo).port),
    SYSCALLS: JSON.stringify(numbers),
  };
}

/** By somebody who is not root of the host, whoever runs the tests. */
async function attemptOutside(code: string, control: Control): Promise<string> {
  const [program = '', ...rest] = [...(control === 'user' ? [] : NAMESPACE_ROOT), ...command(code)];
  const ids = process.geteuid?.() === 0 ? { uid: ORDINARY_ID, gid: ORDINARY_ID } : {};
  const cwd = await mkdtemp(join(directory, 'control-'));
  await chmod(cwd, 0o777);
  const child = spawn(program, rest, { ...ids, cwd, env: { ...process.env, ...environment(code) } });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return stdout + stderr;
}

async function listen(): Promise<Server> {
  const listening = createServer((socket) => {
    heard += 'a connection\n';
    socket.destroy();
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return listening;
}
