import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFencedSandbox } from '../../src/index.js';
import { childrenOf, countResidue } from '../support/count-residue.js';
import { nodeRunner } from '../support/node-runner.js';
import { evaluate } from '../support/run-in-runner.js';
import { waitUntil } from '../support/wait-until.js';

const MiB = 1024 * 1024;
const isRoot = process.geteuid?.() === 0;
/** No suite, not one that is skipped: CI runs these tests as root and as a plain user, and each has its own. */
const none = (): void => undefined;
const describeForRoot = isRoot ? describe : none;
const describeForPlainUser = isRoot ? none : describe;

const open = async (spare = 0) =>
  await createFencedSandbox({ slots: 1, runner: { program: nodeRunner(), spare }, reason: 'a test' });

const UNLISTED = `for (let n = 0; n < 30; n++) fs.mkdirSync('locked' + n, 0o300), fs.mkdirSync('locked' + n + '/a', 0); 1`;

/** What a script may use: an attempt gives the name of its error, or `done`. */
const PRELUDE = `
  const fs = require('node:fs');
  const attempt = (what) => { try { what(); return 'done'; } catch (error) { return error.code; } };`;

describeForRoot('a sandbox without namespaces', () => {
  it('is not for root, whose files a module would reach', async () => {
    await expect(open()).rejects.toThrow(/would run as root.*Run the worker as an ordinary user/);
  });
});

describeForPlainUser('a runner without namespaces, should its guest break out', () => {
  let sandbox: Sandbox;
  let host: string;
  beforeAll(async () => {
    sandbox = await open();
    host = mkdtempSync(join(tmpdir(), 'sandlot-host-'));
    writeFileSync(join(host, 'secret'), 'of the host', { mode: 0o600 });
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(host, { recursive: true });
  });

  const said = async (script: string, limits = {}) =>
    (await evaluate(sandbox, PRELUDE + script, { limits })).said;

  it('does what a module needs', async () => {
    const script = `
      fs.writeFileSync('a', 'text'); fs.mkdirSync('d'); fs.linkSync('a', 'd/b'); fs.symlinkSync('a', 'd/l');
      fs.renameSync('d', 'e'); fs.unlinkSync('a');
      [fs.readFileSync('e/b', 'utf8'), fs.readdirSync('e').sort(), fs.statSync('e/b').size]`;
    expect(await said(script)).toEqual(['text', ['b', 'l'], 4]);
  });

  /** Each with what it meets, and whether it can be shown to succeed without a fence. */
  const ATTEMPTS: readonly (readonly [what: string, code: string, script: (host: string) => string])[] = [
    ['reads a file of the host', 'EACCES', (path) => `fs.readFileSync('${path}/secret')`],
    ['lists a directory of the host', 'EACCES', (path) => `fs.readdirSync('${path}')`],
    ['lists the directories of other cells', 'EACCES', () => `fs.readdirSync('..')`],
    ['reads what the system tells of it', 'EACCES', () => `fs.readFileSync('/proc/self/environ')`],
    ['writes to a file of the host', 'EACCES', (path) => `fs.writeFileSync('${path}/secret', 'x')`],
    ['makes a file on the host', 'EACCES', (path) => `fs.writeFileSync('${path}/new', 'x')`],
    ['empties a file of the host', 'EACCES', (path) => `fs.truncateSync('${path}/secret')`],
    ['links a file of the host in', 'EXDEV', (path) => `fs.linkSync('${path}/secret', 'in')`],
    [
      'opens a file of the host by a link',
      'EACCES',
      (path) => `fs.symlinkSync('${path}/secret', 's'); fs.readFileSync('s')`,
    ],
    ['changes the mode of a file of the host', 'EPERM', (path) => `fs.chmodSync('${path}/secret', 0o777)`],
    ['changes the times of a file of the host', 'EPERM', (path) => `fs.utimesSync('${path}/secret', 1, 1)`],
    ['moves a file of the host in', 'EACCES', (path) => `fs.renameSync('${path}/secret', 'moved')`],
    ['removes a file of the host', 'EACCES', (path) => `fs.unlinkSync('${path}/secret')`],
    [
      'executes a program',
      'EPERM',
      () => `require('node:child_process').execFileSync(process.execPath, ['-v'])`,
    ],
    ['signals its worker', 'EPERM', () => `process.kill(${process.pid}, 0)`],
    ['signals the process above it', 'EPERM', () => `process.kill(process.ppid, 0)`],
  ];

  it.each(ATTEMPTS)('never %s', async (_, code, script) => {
    const state = () => {
      const { mtimeMs, mode } = statSync(join(host, 'secret'));
      return [readFileSync(join(host, 'secret'), 'utf8'), mtimeMs, mode, readdirSync(host)];
    };
    const before = state();
    expect(await said(`attempt(() => { ${script(host)} })`)).toBe(code);
    expect(state()).toEqual(before);
  });

  it.each(ATTEMPTS)('would, without its fence: %s', (_, _code, script) => {
    const directory = mkdtempSync(join(tmpdir(), 'sandlot-control-'));
    writeFileSync(join(directory, 'secret'), '');
    const text = `${PRELUDE} process.stdout.write(attempt(() => { ${script(directory)} }))`;
    expect(execFileSync(process.execPath, ['-e', text], { cwd: directory, encoding: 'utf8' })).toBe('done');
    rmSync(directory, { recursive: true });
  });

  it('reaches no network, not even this machine’s', async () => {
    const script = `
      const { TCP } = process.binding('tcp_wrap'), { Pipe } = process.binding('pipe_wrap');
      [new TCP(0).bind('127.0.0.1', 0), new Pipe(0).bind('socket')]`;
    expect(await said(script)).toEqual([-constants.errno.EPERM, -constants.errno.EPERM]);
  });

  it('is ended for threads without end', async () => {
    const script = `
      const { Worker } = require('node:worker_threads');
      for (;;) new Worker('for (;;);', { eval: true, resourceLimits: { stackSizeMb: 1 } });`;
    const { end } = await evaluate(sandbox, script, { limits: { memoryBytes: 4096 * MiB } });
    expect(end).toMatchObject({ kind: 'signaled' });
  });

  it.each([
    ['in a file', `fs.writeFileSync('big', Buffer.alloc(${3 * MiB})); for (;;);`],
    ['in many', `for (let n = 0; n < 300; n++) fs.writeFileSync('f' + n, Buffer.alloc(10000)); for (;;);`],
    [
      'below directories',
      `fs.mkdirSync('a/b/c', { recursive: true }); fs.writeFileSync('a/b/c/d', Buffer.alloc(${3 * MiB})); for (;;);`,
    ],
    [
      'in a file without a name',
      `const fd = fs.openSync('f', 'w'); fs.unlinkSync('f'); fs.writeSync(fd, Buffer.alloc(${3 * MiB})); for (;;);`,
    ],
    [
      'in a directory that cannot be listed',
      `fs.mkdirSync('d', 0o300); fs.writeFileSync('d/f', Buffer.alloc(${3 * MiB})); for (;;);`,
    ],
    ['in names', `for (let n = 0; n < 5000; n++) fs.writeFileSync('f' + n, ''); for (;;);`],
    ['in depth', `for (let n = 0, d = 'd'; n < 400; n++, d += '/d') fs.mkdirSync(d); for (;;);`],
  ])('is ended for too much disk, %s', async (_, script) => {
    const limits = { diskBytes: 2 * MiB, inodes: 1000 };
    const { killed, wallMs } = await evaluate(sandbox, PRELUDE + script, { limits });
    expect(killed).toEqual({ kind: 'disk' });
    expect(wallMs).toBeLessThan(5_000);
  });

  it('may have what it may', async () => {
    const script = `
      fs.writeFileSync('a', Buffer.alloc(${MiB})); fs.linkSync('a', 'b'); fs.linkSync('a', 'c');
      const fd = fs.openSync('hole', 'w'); fs.ftruncateSync(fd, ${16 * MiB});
      for (const end = Date.now() + 300; Date.now() < end;); 'within'`;
    const ended = await evaluate(sandbox, PRELUDE + script, { limits: { diskBytes: 2 * MiB } });
    expect(ended).toMatchObject({ said: 'within', diskFull: false });
  });

  it.each([
    ['memory', { memoryBytes: 64 * MiB }, `for (const all = [];;) all.push(Buffer.alloc(${MiB}, 1))`],
    [
      'memory',
      { memoryBytes: 64 * MiB },
      `for (const all = [];;) all.push(new Uint8Array(new SharedArrayBuffer(${MiB})).fill(1))`,
    ],
    ['wall', { wallTimeMs: 300 }, 'for (;;);'],
    ['cpu', { cpuTimeMs: 200 }, 'for (;;);'],
    ['idle', { idleTimeMs: 200 }, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'],
    ['output', { outputBytes: 1000 }, `for (;;) fs.writeSync(1, 'x'.repeat(4096))`],
  ] as const)('is held to %s', async (kind, limits, script) => {
    expect(await evaluate(sandbox, PRELUDE + script, { limits })).toMatchObject({ killed: { kind } });
  });
});

describeForPlainUser('what a runner without namespaces leaves', () => {
  const fencedDirectories = () => readdirSync(tmpdir()).filter((name) => name.startsWith('sandlot-fenced-'));
  const isOver = (pid: number) => !existsSync(`/proc/${pid}`);

  it('is nothing, whatever it built', async () => {
    const before = { ...countResidue(), directories: fencedDirectories(), children: childrenOf(process.pid) };
    const sandbox = await open();
    const trees = [
      `let at = '.'; for (let n = 0; n < 200; n++) { at += '/d'; fs.mkdirSync(at); } 1`,
      `fs.mkdirSync('a/b', { recursive: true }); fs.writeFileSync('a/b/c', ''); fs.mkdirSync('a/b/d', 0); 1`,
      `for (let n = 0; n < 200; n++) fs.symlinkSync('/', 'link' + n); 1`,
      `fs.writeFileSync(Buffer.from([0xff, 0x0a]), ''); 1`,
    ];
    for (const tree of trees) expect((await evaluate(sandbox, PRELUDE + tree)).said).toBe(1);
    // Ended for it, sooner or later.
    await evaluate(sandbox, PRELUDE + UNLISTED);
    await sandbox.close();
    const after = () => ({
      ...countResidue(),
      directories: fencedDirectories(),
      children: childrenOf(process.pid),
    });
    await waitUntil('all is as before', () => JSON.stringify(after()) === JSON.stringify(before));
  });

  it('ends with its fence, and the next one runs', async () => {
    const directories = fencedDirectories();
    const sandbox = await open();
    const [pids, kill] = [() => childrenOf(process.pid), (pid: number) => process.kill(pid, 'SIGKILL')];
    const before = pids();
    const lost = evaluate(sandbox, `require('node:fs').writeFileSync('left', ''); for (;;);`).then(
      () => 'ended',
      (error: unknown) => String(error),
    );
    await waitUntil('it runs', () =>
      pids().some((pid) => !before.includes(pid) && childrenOf(pid).length > 0),
    );
    const fence = pids().find((pid) => !before.includes(pid))!;
    const [program = 0] = childrenOf(fence);
    kill(fence);
    expect(await lost).toMatch(/A cell died without being told to/);
    await waitUntil('its program has ended', () => isOver(program));
    expect((await evaluate(sandbox, '5')).said).toBe(5);
    await sandbox.close();
    expect(fencedDirectories()).toEqual(directories);
  });

  it('ends with its worker, and the next worker removes what is left', async () => {
    const before = fencedDirectories();
    const path = fileURLToPath(new URL('../support/fenced-worker.ts', import.meta.url));
    const script = `require('node:fs').writeFileSync('left', ''); for (;;);`;
    const worker = spawn(process.execPath, ['--conditions=development', '--import', 'tsx', path, script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(worker.stdout, 'data');
    await waitUntil('it runs', () => childrenOf(worker.pid!).some((fence) => childrenOf(fence).length > 0));
    const programs = childrenOf(worker.pid!).flatMap(childrenOf);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    await waitUntil('its program has ended', () => programs.every(isOver));
    expect(fencedDirectories()).not.toEqual(before);
    await (await open()).close();
    expect(fencedDirectories()).toEqual(before);
  });

  it('is as little after many', async () => {
    const sandbox = await open(1);
    for (let n = 0; n < 5; n += 1) await evaluate(sandbox, '0');
    await expect.poll(() => sandbox.runners?.waiting, { timeout: 10_000 }).toBe(1);
    const before = countResidue().descriptors;
    for (let n = 0; n < 40; n += 1) expect((await evaluate(sandbox, `${n}`)).said).toBe(n);
    await expect.poll(() => sandbox.runners?.waiting, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => countResidue().descriptors, { timeout: 5_000 }).toBe(before);
    await sandbox.close();
  });
});
