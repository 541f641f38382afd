import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARTIFACT_BOUNDS, type LeftOutReason } from '@sandlot/contract';
import type { Sandbox } from '@sandlot/engine';
import { payloadPath } from '@sandlot/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { runInCell, shellInCell, type CellRun, type TextReport } from '../support/run-in-cell.js';

const MiB = 1024 * 1024;
const SUCCESS = { kind: 'exited', exitCode: 0 };
const SECRET = 'of the host alone';

/** What a hostile payload leaves in its work directory, and what comes out of the cell. */
describe('artifacts', () => {
  let sandbox: Sandbox;
  let directory: string;
  let canary: string;
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 1 });
  });
  afterAll(async () => await sandbox.close());
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sandlot-canary-'));
    canary = join(directory, 'canary');
    writeFileSync(canary, SECRET);
  });
  afterEach(() => {
    assert.deepEqual(readdirSync(directory), ['canary']);
    assert.equal(readFileSync(canary, 'utf8'), SECRET);
    rmSync(directory, { recursive: true });
  });

  const take = async (
    script: string,
    paths: readonly (string | { path: string; optional: boolean })[],
    run: Omit<CellRun, 'argv'> = {},
  ) => {
    const artifacts = paths.map((path) => (typeof path === 'string' ? { path, optional: false } : path));
    return await shellInCell(sandbox, script, { ...run, artifacts });
  };
  const filesOf = ({ artifacts }: TextReport) =>
    Object.fromEntries(artifacts.files.map(({ path, content }) => [path, Buffer.from(content).toString()]));
  const leftOutOf = ({ artifacts }: TextReport) =>
    Object.fromEntries(artifacts.leftOut.map(({ path, reason }) => [path, reason]));

  it('come out whole, a directory as every regular file below it', async () => {
    const report = await take(
      'mkdir -p out/a/b; printf 1 > out/x; printf 22 > out/a/b/y; : > out/empty; printf 3 > z; printf no > other',
      ['z', 'out'],
    );
    expect(report.outcome).toEqual(SUCCESS);
    expect(filesOf(report)).toEqual({ z: '3', 'out/x': '1', 'out/a/b/y': '22', 'out/empty': '' });
    expect(report.artifacts.leftOut).toEqual([]);
  });

  it('come out with all their bytes', async () => {
    const report = await take('head -c 20971520 /dev/urandom | tee blob | sha256sum', ['blob']);
    const [{ content } = { content: new Uint8Array() }] = report.artifacts.files;
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(content))).toString('hex');
    expect(`${digest}  -\n`).toBe(report.stdout);
  });

  it('come out of a job that failed, and of one that was killed', async () => {
    const failed = await take('echo why > log; exit 3', ['log', 'core']);
    expect(failed.outcome).toEqual({ kind: 'exited', exitCode: 3 });
    expect(filesOf(failed)).toEqual({ log: 'why\n' });
    expect(leftOutOf(failed)).toEqual({ core: 'missing' });
    const late = await take('echo so far > log; sleep 60 & sleep 60', ['log'], {
      limits: { wallTimeMs: 300 },
    });
    expect(late.outcome).toMatchObject({ kind: 'timed-out' });
    expect(filesOf(late)).toEqual({ log: 'so far\n' });
  });

  it('fail a job that lacks one it required', async () => {
    const missing = await take('true', ['a/b/c', { path: 'd', optional: true }]);
    expect(missing.outcome).toEqual({ kind: 'artifact-missing', path: 'a/b/c' });
    expect(leftOutOf(missing)).toEqual({ 'a/b/c': 'missing', d: 'missing' });
    expect((await take(': > file', ['file/below'])).outcome).toMatchObject({ kind: 'artifact-missing' });
    expect((await take('true', [{ path: 'd', optional: true }])).outcome).toEqual(SUCCESS);
  });

  it.each<[what: string, script: string, path: string, LeftOutReason]>([
    ['a link to a file of the host', 'ln -s $CANARY x', 'x', 'symbolic-link'],
    ['a link to a file of the cell', 'echo > y; ln -s y x', 'x', 'symbolic-link'],
    ['a link to /etc/passwd', 'ln -s /etc/passwd x', 'x', 'symbolic-link'],
    ['a link up and out', 'ln -s ../../../../../../etc/passwd x', 'x', 'symbolic-link'],
    ['a link through /proc', 'ln -s /proc/self/root/etc/passwd x', 'x', 'symbolic-link'],
    ['a link to a descriptor of init', 'ln -s /proc/1/fd/3 x', 'x', 'symbolic-link'],
    ['a link to itself', 'ln -s x x', 'x', 'symbolic-link'],
    ['a path through a link to /', 'ln -s / d', 'd/etc/passwd', 'symbolic-link'],
    ['a path through a link to the host', 'ln -s $CANARY_DIRECTORY d', 'd/canary', 'symbolic-link'],
    ['a path through a link of the cell', 'mkdir r; echo > r/x; ln -s r d', 'd/x', 'symbolic-link'],
    ['a FIFO without a writer', 'mkfifo x', 'x', 'special-file'],
    ['a FIFO with a reader that stays', 'mkfifo x; cat x & sleep 0.1', 'x', 'special-file'],
    [
      'a socket',
      'exec python3 -c "import socket; socket.socket(socket.AF_UNIX).bind(\'x\')"',
      'x',
      'special-file',
    ],
    ['a hole of 1 TiB', 'truncate -s 1T x', 'x', 'too-large'],
    ['a file one byte too long', `truncate -s ${ARTIFACT_BOUNDS.fileBytes + 1} x`, 'x', 'too-large'],
  ])('never lead out or block: %s', async (_what, script, path, reason) => {
    const env = { CANARY: canary, CANARY_DIRECTORY: directory };
    const limits = { fileBytes: 2 ** 41 };
    const begun = performance.now();
    const report = await take(script, [path], { env, limits });
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(report.artifacts.files).toEqual([]);
    expect(leftOutOf(report)).toEqual({ [path]: reason });
    expect(report.outcome).toEqual({ kind: 'artifact-missing', path });
  });

  it('are no devices, even the one kind that anybody may make where Landlock does not forbid it', async () => {
    const make = 'import os, stat; os.mknod("x", stat.S_IFCHR | 0o600, 0)';
    const report = await take(`python3 -c '${make}'; exit 0`, ['x']);
    expect(report.artifacts.files).toEqual([]);
    expect(leftOutOf(report)['x']).toBe(report.stderr === '' ? 'special-file' : 'missing');
    expect(report.stderr).toMatch(/^$|PermissionError/);
  });

  it('pass over whatever is no regular file below a directory, and say so', async () => {
    const report = await take(
      'mkdir out; cd out; echo kept > file; ln -s / root; ln -s $CANARY link; mkfifo fifo; exec /box/payload symlink-escape',
      ['out'],
      {
        env: { CANARY: canary },
        files: [{ path: 'payload', mode: '0755', content: readFileSync(await payloadPath()) }],
      },
    );
    expect(report.outcome).toEqual(SUCCESS);
    expect(filesOf(report)).toEqual({ 'out/file': 'kept\n' });
    expect(leftOutOf(report)).toEqual({
      'out/root': 'symbolic-link',
      'out/link': 'symbolic-link',
      'out/fifo': 'special-file',
      'out/escape-file': 'symbolic-link',
      'out/escape-root': 'symbolic-link',
      'out/escape-up': 'symbolic-link',
      'out/escape-proc': 'symbolic-link',
      'out/escape-loop': 'symbolic-link',
      'out/escape-fifo': 'special-file',
    });
  });

  it('cannot be a path that no client may ask for, even if the worker asked init for it', async () => {
    const report = await take('true', ['../etc/passwd', '/etc/passwd', 'a/../../etc/passwd', '..', '.']);
    expect(report.artifacts.files).toEqual([]);
    expect(report.artifacts.leftOut.map(({ reason }) => reason)).not.toContain('not-collected');
  });

  it('come out whatever their modes and the modes of their directories', async () => {
    const script = 'mkdir -p d/e; echo 1 > d/e/f; echo 2 > g; chmod 000 d/e/f g d/e d';
    const report = await take(script, ['d', 'g']);
    expect(filesOf(report)).toEqual({ 'd/e/f': '1\n', g: '2\n' });
  });

  it('may be hard links, each a file of its own', async () => {
    const report = await take('mkdir d; echo 1 > d/a; ln d/a d/b; ln d/a c', ['d', 'c']);
    expect(filesOf(report)).toEqual({ 'd/a': '1\n', 'd/b': '1\n', c: '1\n' });
  });

  it('have zeros for the holes of a file that is short enough', async () => {
    const report = await take('truncate -s 3M hole; printf x >> hole', ['hole']);
    const content = Buffer.from(report.artifacts.files[0]?.content ?? []);
    expect(content).toHaveLength(3 * MiB + 1);
    expect(content.subarray(0, 3 * MiB).every((byte) => byte === 0)).toBe(true);
  });

  it('may have any name that is UTF-8, line breaks too; of any other the rest is shown', async () => {
    const script =
      "mkdir d; cd d; : > 'a\nb'; : > 'ü'; : > ' '; : > '-n'; : > '\\'; : > \"$(printf 'bad\\377')\"; : > '...'";
    const report = await take(script, ['d']);
    expect(Object.keys(filesOf(report)).sort()).toEqual(
      ['d/a\nb', 'd/ü', 'd/ ', 'd/-n', 'd/\\', 'd/...'].sort(),
    );
    expect(leftOutOf(report)).toEqual({ 'd/bad\ufffd': 'name-not-utf8' });
    expect(report.outcome).toEqual({ kind: 'artifact-missing', path: 'd/bad\ufffd' });
  });

  it('are bounded together: what no longer fits is named', async () => {
    const size = ARTIFACT_BOUNDS.fileBytes;
    const report = await take(`truncate -s ${size} a b c; echo > d`, ['a', 'b', 'c', 'd']);
    expect(report.artifacts.files.map(({ path }) => path)).toEqual(['a', 'b']);
    expect(report.artifacts.leftOut).toEqual([
      { path: 'c', requested: 'c', reason: 'total-exceeded', bytes: size },
      { path: 'd', requested: 'd', reason: 'total-exceeded', bytes: 1 },
    ]);
  });

  it('are bounded in number: a directory is read so far, another file is still taken', async () => {
    const report = await take('mkdir d; cd d; for i in $(seq 2000); do : > $i; done; : > ../z', ['d', 'z']);
    expect(report.artifacts.files).toHaveLength(ARTIFACT_BOUNDS.entries + 1);
    expect(leftOutOf(report)).toEqual({ d: 'too-many' });
    expect(report.outcome).toEqual({ kind: 'artifact-missing', path: 'd' });
  });

  it('are bounded in the length of their paths', async () => {
    const script = `n=$(head -c 245 /dev/zero | tr '\\0' n); mkdir d; for i in $(seq 400); do : > d/$n$i; done`;
    const report = await take(script, ['d']);
    const bytes = report.artifacts.files.reduce((sum, { path }) => sum + path.length, 0);
    expect(bytes).toBeLessThanOrEqual(ARTIFACT_BOUNDS.pathBytes);
    expect(leftOutOf(report)).toEqual({ d: 'too-many' });
  });

  it('are bounded in depth, however deep a tree is', async () => {
    const script =
      'import os\nfor i in range(4000):\n os.mkdir("d"); os.chdir("d")\n if i < 20: open("f", "w").close()';
    const report = await runInCell(sandbox, {
      argv: ['python3', '-c', script],
      artifacts: [{ path: 'd', optional: false }],
    });
    const deepest = Array.from({ length: ARTIFACT_BOUNDS.levels + 1 }, () => 'd').join('/');
    expect(report.artifacts.files).toHaveLength(ARTIFACT_BOUNDS.levels);
    expect(leftOutOf(report)).toEqual({ [deepest]: 'too-deep' });
  });

  it('are not collected of a job whose memory limit ended the whole cell, nor of a cancelled one', async () => {
    const cancel = new AbortController();
    const running = take('echo > x; echo ready; sleep 60', ['x'], {
      signal: cancel.signal,
      onOutput: () => cancel.abort(),
    });
    const report = await running;
    expect(report.outcome).toEqual({ kind: 'cancelled' });
    expect(leftOutOf(report)).toEqual({ x: 'not-collected' });
  });

  it('come out of one cell after all of its steps', async () => {
    const report = await take('rm -rf /box/* /box/.* 2>/dev/null; echo 1 > a', ['a']);
    expect(filesOf(report)).toEqual({ a: '1\n' });
  });
});
