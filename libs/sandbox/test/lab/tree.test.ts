import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeTree } from '../../src/cgroup/remove-directory.js';
import { cgroupFindings } from '../support/cgroup-findings.js';
import { labCgroup } from '../support/lab-cgroup.js';
import { LabWorker } from '../support/lab-worker.js';
import { hasOtherUids } from '../support/subordinate-ids.js';
import { waitUntil } from '../support/wait-until.js';

const TIMEOUT_MS = 60_000;
const CONTROLLERS = ['cpu', 'io', 'memory', 'pids'];

const read = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8').trim();
const write = (directory: string, name: string, value: string) => writeFileSync(join(directory, name), value);
const childrenOf = (directory: string) =>
  readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
/** The tree of the one worker that there is. */
const treeIn = (directory: string) =>
  childrenOf(directory).find((name) => name !== 'sandlot-worker') ?? 'nothing';

describe('the cgroup tree of a worker', { timeout: TIMEOUT_MS }, () => {
  let home: string;
  let next = 0;
  beforeEach(() => {
    home = join(labCgroup(), `tree-${process.pid}-${next++}`);
    mkdirSync(home);
  });
  afterEach(async () => await removeTree(home));

  it('is found by itself: the worker moves to a leaf and hands controllers on', async () => {
    await using worker = new LabWorker(home, {}, { argv: ['cat', '/proc/self/cgroup'] });
    const { abilities, cgroup } = await worker.line();
    expect(abilities?.tier).toBe('T0');
    expect(cgroupFindings(abilities)).toEqual([]);
    expect(cgroup).toMatch(/\/tree-\d+-\d+\/sandlot-worker$/);
    expect(read(home, 'cgroup.procs')).toBe('');
    expect(read(home, 'cgroup.subtree_control').split(' ').sort()).toEqual(CONTROLLERS);
    // The cell's cgroup namespace begins with its own cgroup.
    expect((await worker.line()).stdout).toBe('0::/\n');
    await worker.end();
    expect(childrenOf(home)).toEqual(['sandlot-worker']);
  });

  it.runIf(hasOtherUids)('lets cells be born whose slot has another uid, and nobody else in', async () => {
    const argv = ['cat', '/proc/self/uid_map', '/proc/self/cgroup'];
    await using worker = new LabWorker(home, { subordinateIds: 'require' }, { argv });
    const { abilities } = await worker.line();
    expect(abilities?.tier).toBe('T0');
    expect(cgroupFindings(abilities)).toEqual([]);
    const [map = '', cgroup] = (await worker.line()).stdout?.split('\n') ?? [];
    expect(map.trim().split(/\s+/)[1]).not.toBe(String(process.getuid?.()));
    expect(cgroup).toBe('0::/');
    const slot = join(home, treeIn(home), 'slot-0');
    expect(statSync(join(slot, 'cgroup.procs')).mode & 0o777).toBe(0o666);
    expect(statSync(slot).mode & 0o777).toBe(0o700);
    await worker.end();
  });

  it('lets cells be born whose slot has the uid of its worker', async () => {
    await using worker = new LabWorker(home, { subordinateIds: 'off' }, { argv: ['true'] });
    const { abilities } = await worker.line();
    expect(abilities?.tier).toBe('T0');
    expect(cgroupFindings(abilities)).toEqual([]);
    expect((await worker.line()).outcome).toEqual({ kind: 'exited', exitCode: 0 });
    await worker.end();
  });

  it('bounds its own depth and size', async () => {
    await using worker = new LabWorker(home, {});
    await worker.line();
    const tree = join(home, treeIn(home));
    expect(read(tree, 'cgroup.max.depth')).toBe('2');
    expect(Number(read(tree, 'cgroup.max.descendants'))).toBeLessThan(100);
    await worker.end();
  });

  it('takes the processes that started the worker along', async () => {
    const line = `echo $$ > ${home}/cgroup.procs; "$@" & wait`;
    const { process: child } = startUnder(line, home);
    try {
      await waitUntil('the shell is moved', () => read(home, 'cgroup.subtree_control') !== '', 20_000);
      const moved = read(join(home, 'sandlot-worker'), 'cgroup.procs').split('\n');
      expect(moved).toContain(String(child.pid));
    } finally {
      child.stdin.end();
      await new Promise((resolve) => child.once('exit', resolve));
    }
  });

  it('is found in a container whose cgroup file system may be written to', async () => {
    // What a container engine does: namespaces of its own, and a cgroup2 mount whose root is the container's cgroup.
    const mounts = ['tmpfs', 'cgroup2'].map((type) => `mount -t ${type} ${type} /sys/fs/cgroup`);
    const mount = `${mounts.join(' && ')} && exec "$@"`;
    const line = `echo $$ > ${home}/cgroup.procs; exec unshare -U -r -C -m sh -c '${mount}' sh "$@"`;
    const { process: child } = startUnder(line, '/sys/fs/cgroup');
    try {
      const said = await new Promise<string>((resolve) =>
        child.stdout.once('data', (data) => resolve(String(data))),
      );
      expect(JSON.parse(said)).toMatchObject({ abilities: { tier: 'T0' }, cgroup: '/sandlot-worker' });
    } finally {
      child.stdin.end();
      await new Promise((resolve) => child.once('exit', resolve));
    }
    expect(childrenOf(home)).toEqual(['sandlot-worker']);
  });

  it('leaves strangers where they are, and says that they keep the controllers', async () => {
    const stranger = spawn('sleep', ['60']);
    try {
      write(home, 'cgroup.procs', String(stranger.pid));
      await using worker = new LabWorker(home, {}, { argv: ['true'] });
      const { abilities } = await worker.line();
      expect(abilities?.tier).toBe('T1');
      expect(abilities?.findings[0]?.message).toMatch(/enable .*: EBUSY.*Processes are still in the cgroup/);
      expect((await worker.line()).outcome).toEqual({ kind: 'exited', exitCode: 0 });
      const residents = read(home, 'cgroup.procs').split('\n').map(Number);
      expect(new Set(residents)).toEqual(new Set([stranger.pid, worker.process.pid]));
      await worker.end();
    } finally {
      const gone = new Promise((resolve) => stranger.once('exit', resolve));
      stranger.kill('SIGKILL');
      await gone;
    }
  });

  it('is done without where the number of cgroups is limited', async () => {
    write(home, 'cgroup.max.descendants', '3');
    await using worker = new LabWorker(home, {}, { argv: ['true'] });
    const { abilities } = await worker.line();
    expect(abilities?.tier).toBe('T1');
    expect(abilities?.findings[0]?.message).toMatch(/make .*: EAGAIN.*cgroup\.max\.descendants/);
    expect((await worker.line()).outcome).toEqual({ kind: 'exited', exitCode: 0 });
    await worker.end();
    expect(childrenOf(home)).toEqual(['sandlot-worker']);
  });

  it('is refused to start with less than what is required', async () => {
    // Without the level above there is nothing to hand on.
    write(home, 'cgroup.subtree_control', '-memory');
    const inner = join(home, 'inner');
    mkdirSync(inner);
    await using worker = new LabWorker(inner, { require: ['memory', 'pids'] });
    const { error, code } = await worker.line();
    expect(code).toBe('sandbox-setup-failed');
    expect(error).toMatch(
      /SANDLOT_REQUIRE asks for .*memory.*The controller memory is not enabled above .*inner/,
    );
  });

  it('swaps places with what a killed worker left', async () => {
    await using first = new LabWorker(home, {}, { argv: ['sleep', '600'] });
    await first.line();
    const left = treeIn(home);
    await waitUntil('the job runs', () => childrenOf(join(home, left, 'slot-0')).includes('cell-1'));
    await first.crash();
    expect(childrenOf(home)).toContain(left);
    await using second = new LabWorker(join(home, 'sandlot-worker'), {});
    expect((await second.line()).abilities?.tier).toBe('T0');
    expect(childrenOf(home)).not.toContain(left);
    await second.end();
  });

  it('ends what a dead worker left running', async () => {
    const leftover = join(home, 'sandlot-999-abcd');
    const cell = join(leftover, 'slot-0', 'cell-1');
    mkdirSync(cell, { recursive: true });
    const running = spawn('sleep', ['600']);
    write(cell, 'cgroup.procs', String(running.pid));
    const ended = once(running, 'exit');
    await using worker = new LabWorker(home, {});
    const { abilities } = await worker.line();
    expect(abilities?.tier).toBe('T0');
    expect(cgroupFindings(abilities)).toEqual([]);
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(childrenOf(home)).not.toContain('sandlot-999-abcd');
    await worker.end();
  });

  it.skipIf(process.getuid?.() === 0)('says what a dead worker left and nobody may remove', async () => {
    const leftover = join(home, 'sandlot-999-abcd');
    mkdirSync(join(leftover, 'slot-0'), { recursive: true });
    chmodSync(leftover, 0o555);
    await using worker = new LabWorker(home, {});
    const { abilities } = await worker.line();
    expect(abilities?.tier).toBe('T0');
    expect(cgroupFindings(abilities)?.map(({ message }) => message)).toEqual([
      expect.stringContaining(`left in ${leftover} and could not be removed`),
    ]);
    chmodSync(leftover, 0o755);
    await worker.end();
  });

  it('is not swept while its worker lives, though others start at once', async () => {
    await using first = new LabWorker(home, {});
    await first.line();
    const before = childrenOf(home);
    const leaf = join(home, 'sandlot-worker');
    await using second = new LabWorker(leaf, {}, { argv: ['true'] });
    await using third = new LabWorker(leaf, {}, { argv: ['true'] });
    for (const worker of [second, third]) {
      expect((await worker.line()).abilities?.tier).toBe('T0');
      expect((await worker.line()).outcome).toEqual({ kind: 'exited', exitCode: 0 });
    }
    expect(childrenOf(home)).toEqual(expect.arrayContaining(before));
    expect(childrenOf(home)).toHaveLength(4);
    await Promise.all([first.end(), second.end(), third.end()]);
  });

  it('tells an operator why a directory cannot be used', async () => {
    for (const [cgroup, message] of [
      ['/sys/fs/cgroup/nowhere', /Cannot use SANDLOT_CGROUP=\/sys\/fs\/cgroup\/nowhere.*ENOENT/],
      ['/sys/fs/cgroup', /Cannot use SANDLOT_CGROUP=\/sys\/fs\/cgroup\..*EACCES/],
    ] as const) {
      await using worker = new LabWorker(home, { cgroup });
      expect((await worker.line()).error).toMatch(message);
    }
  });

  it('never blames a payload for memory that a level above did not have', async () => {
    // The worker's own memory counts too, but the payload is the larger one, so the kernel picks it.
    const outer = join(home, 'outer');
    write(home, 'cgroup.subtree_control', '+memory');
    mkdirSync(outer);
    write(outer, 'memory.max', String(200 << 20));
    const hog = 'import time\nb = bytearray(400 << 20)\ntime.sleep(5)';
    await using worker = new LabWorker(
      outer,
      {},
      {
        argv: ['python3', '-c', hog],
        limits: { memoryBytes: 900 << 20, wallTimeMs: 50_000, cpuTimeMs: 50_000 },
      },
    );
    await worker.line();
    expect(await worker.line()).toMatchObject({ code: 'host-out-of-memory' });
    await worker.end();
  });
});

/** Starts the worker program under a shell that first runs `line`, with the program as "$@". */
function startUnder(line: string, home: string) {
  const program = new URL('../support/cgroup-worker.ts', import.meta.url).pathname;
  const child = spawn('sh', [
    '-c',
    line,
    'sh',
    process.execPath,
    '--conditions=development',
    '--import',
    'tsx',
    program,
    home,
    '{}',
  ]);
  child.stderr.pipe(process.stderr);
  return { process: child };
}
