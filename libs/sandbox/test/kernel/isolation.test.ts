import { readdirSync, readlinkSync } from 'node:fs';
import type { Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { hostIdentity } from '../../src/slot/host-identity.js';
import { identifyWorker } from '../../src/slot/identify-worker.js';
import { runInCell, shellInCell } from '../support/run-in-cell.js';

const NAMESPACES = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup'] as const;

describe('a payload in a cell', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 2 });
  });
  afterAll(async () => await sandbox.close());

  it.each(NAMESPACES)('has a %s namespace of its own', async (name) => {
    const { stdout } = await runInCell(sandbox, { argv: ['readlink', `/proc/self/ns/${name}`] });
    expect(stdout).toMatch(new RegExp(`^${name}:\\[\\d+\\]\n$`));
    expect(stdout.trim()).not.toBe(readlinkSync(`/proc/self/ns/${name}`));
  });

  it('is root inside and nobody special outside', async () => {
    const { stdout } = await shellInCell(
      sandbox,
      'id -u; id -g; cat /proc/self/uid_map /proc/self/setgroups',
    );
    const [uid, gid, map = '', setgroups] = stdout.split('\n');
    const [inside, outside, count] = map.trim().split(/\s+/).map(Number);
    expect([uid, gid, inside, count, setgroups]).toEqual(['0', '0', 0, 1, 'deny']);
    const worker = await identifyWorker('auto');
    expect(outside).toBe(hostIdentity(sandbox.slots - 1, worker).uid);
    expect(outside).not.toBe(0);
  });

  it('sees only the processes of its cell', async () => {
    const { stdout } = await runInCell(sandbox, { argv: ['ls', '/proc'] });
    const pids = stdout.split('\n').filter((name) => /^\d+$/.test(name));
    expect(pids).toEqual(['1', '2']);
  });

  it('has no capability and can gain none', async () => {
    const { stdout } = await runInCell(sandbox, {
      argv: ['grep', '-E', '^(Cap|NoNewPrivs)', '/proc/self/status'],
    });
    const values = Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/:\s+/)),
    );
    expect(values).toEqual({
      CapInh: '0000000000000000',
      CapPrm: '0000000000000000',
      CapEff: '0000000000000000',
      CapBnd: '0000000000000000',
      CapAmb: '0000000000000000',
      NoNewPrivs: '1',
    });
  });

  it('has no descriptor beside its standard streams', async () => {
    // ls itself opens the directory it lists.
    const { stdout } = await runInCell(sandbox, { argv: ['ls', '/proc/self/fd'] });
    expect(stdout.trim().split('\n')).toEqual(['0', '1', '2', '3']);
  });

  it('has the environment it was given and nothing of ours', async () => {
    process.env['SANDLOT_TEST_SECRET'] = 'visible';
    const { stdout } = await runInCell(sandbox, { argv: ['env'], env: { GREETING: 'hello' } });
    delete process.env['SANDLOT_TEST_SECRET'];
    expect(
      Object.fromEntries(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.split('=')),
      ),
    ).toEqual({
      PATH: expect.stringContaining('/usr/bin') as string,
      HOME: '/box',
      LANG: 'C.UTF-8',
      GREETING: 'hello',
    });
  });

  it('sees of the host what the root shows and no more', async () => {
    const { stdout } = await runInCell(sandbox, { argv: ['ls', '/'] });
    const shown = stdout.trim().split('\n');
    expect(
      shown.filter((name) => !/^(bin|sbin|lib(32|64|x32)?|usr|etc|dev|proc|tmp|box|scratch)$/.test(name)),
    ).toEqual([]);
    for (const hidden of readdirSync('/').filter((name) => !shown.includes(name))) {
      const { outcome } = await runInCell(sandbox, { argv: ['ls', '-d', `/${hidden}`] });
      expect(outcome).toEqual({ kind: 'exited', exitCode: 2 });
    }
  });

  it.each([
    ['touch /usr/x', 'Read-only file system'],
    ['touch /x', 'Read-only file system'],
    ['touch /etc/x', 'Read-only file system'],
    ['mount -t tmpfs none /tmp', 'denied'],
    ['umount /proc', ''],
    ['mount -o remount,rw /usr', ''],
    ['unshare -U true', 'unshare failed'],
    ['chroot /tmp true', 'Operation not permitted'],
    ['hostname other', ''],
    ['echo 1 > /proc/sys/net/ipv4/ip_forward', 'Read-only file system'],
    ['echo 1 > /proc/sysrq-trigger', ''],
    ['cat /proc/1/environ', 'Permission denied'],
    ['ls -l /proc/1/fd', 'Permission denied'],
    ['ls /proc/1/root/', 'Permission denied'],
  ])('is refused: %s', async (script, message) => {
    const { outcome, stderr } = await shellInCell(sandbox, script);
    expect(outcome).not.toEqual({ kind: 'exited', exitCode: 0 });
    expect(stderr).toContain(message);
  });

  it('makes no device node: where there is Landlock, it is that which refuses', async () => {
    const { outcome, stderr } = await shellInCell(sandbox, 'mknod /tmp/null c 1 3');
    expect(stderr).toMatch(/^mknod: \/tmp\/null: (?:Permission denied|Operation not permitted)\n$/);
    expect(outcome).toEqual({ kind: 'exited', exitCode: 1 });
  });

  it('cannot end the init of its cell with any signal', async () => {
    const script = 'for s in KILL STOP TERM INT HUP SEGV 34 64; do kill -$s 1; done; sleep 0.05; echo alive';
    const { outcome, stdout } = await shellInCell(sandbox, script);
    expect(stdout).toBe('alive\n');
    expect(outcome).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('cannot signal a process outside, whatever its pid', async () => {
    const { outcome } = await shellInCell(sandbox, `kill -0 ${process.pid}`);
    expect(outcome).toEqual({ kind: 'exited', exitCode: 1 });
  });

  it('has a loopback device that is up, a host name, devices and writable places', async () => {
    const script = [
      'hostname',
      'cat /proc/net/dev | grep -c : ',
      'cat /sys/class/net/lo/flags 2>/dev/null || grep -q "7F000001\\|127.0.0.1" /proc/net/fib_trie && echo up',
      'head -c 4 /dev/urandom | wc -c; echo gone > /dev/null; head -c 2 /dev/zero | wc -c',
      'touch /tmp/x /box/x /dev/shm/x && pwd',
    ].join('; ');
    const { stdout } = await shellInCell(sandbox, script);
    expect(stdout.split('\n')).toEqual(['sandlot', '1', 'up', '4', '2', '/box', '']);
  });

  it('finds nothing of the job before it', async () => {
    await shellInCell(sandbox, 'touch /tmp/trace /box/trace /dev/shm/trace; sleep 60 & echo left');
    await shellInCell(sandbox, 'touch /tmp/trace /box/trace /dev/shm/trace; sleep 60 & echo left');
    const { stdout } = await shellInCell(sandbox, 'ls -A /tmp /box /dev/shm; ls /proc | grep -c "^[0-9]"');
    expect(stdout.replaceAll(/\s+/g, ' ').trim()).toMatch(/^\/box: \/dev\/shm: \/tmp: \d$/);
  });
});
