import { spawn, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobDocumentSchema } from '@sandlot/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCells } from '../support/cells.js';
import { sandlot, startSandlot } from '../support/sandlot.js';
import { until } from '../support/until.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandlot-run-'));
});
afterAll(() => rm(directory, { recursive: true }));

const shell = (script: string, ...options: string[]) =>
  sandlot(['run', ...options, '--', '/bin/sh', '-c', script]);

describe.runIf(hasCells)('sandlot run', () => {
  it('passes stdin, stdout and stderr through and ends as the program ended', async () => {
    const args = ['run', '--', '/bin/sh', '-c', 'cat; echo problem >&2; exit 7'];
    expect(await sandlot(args, { input: 'hello\n' })).toEqual({
      code: 7,
      signal: null,
      stdout: 'hello\n',
      stderr: 'problem\n',
    });
  });

  it('needs no -- before the program, and leaves the options after it to the program', async () => {
    const { code, stdout } = await sandlot(['run', '--time', '5s', 'echo', '--memory', '-n']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '--memory -n\n' });
  });

  it.each<[string, string, string[], number, string]>([
    ['a signal', 'kill -SEGV $$', [], 139, 'sandlot: killed by SIGSEGV\n'],
    [
      'the wall clock',
      'sleep 60',
      ['--time', '200ms'],
      124,
      'sandlot: timed out after 200 ms of wall time\n',
    ],
    ['its output', 'echo 123456', ['--output', '4'], 137, 'sandlot: output on stdout exceeded 4 B\n'],
  ])(
    'tells the shell and the user that %s ended the program',
    async (_cause, script, options, code, stderr) => {
      expect(await shell(script, ...options)).toMatchObject({ code, stderr });
    },
  );

  it.each([
    ['/no/such/program', 127, /Cannot execute \/no\/such\/program: .*ENOENT/],
    ['/etc/passwd', 126, /Cannot execute \/etc\/passwd: .*EACCES/],
  ])('says why %s cannot be executed', async (program, code, message) => {
    const ended = await sandlot(['run', '--', program]);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(message);
  });

  it('refuses a limit that nothing here can hold, unless that is allowed', async () => {
    const args = ['run', '--json', '--cpus', '0.5', '--', 'true'];
    const refused = await sandlot(args, { env: { SANDLOT_CGROUP: 'none' } });
    expect(refused).toMatchObject({ code: 125, stdout: '' });
    expect(refused.stderr).toMatch(/^sandlot: Nothing on this machine can hold --cpus: .*\n$/);
    const env = { SANDLOT_CGROUP: 'none', SANDLOT_ALLOW_UNENFORCED: '1' };
    const allowed = await sandlot(args, { env });
    expect(jobDocumentSchema.parse(JSON.parse(allowed.stdout))).toMatchObject({
      spec: { limits: { cpuCores: 0.5 } },
      enforcement: { cpuCores: 'none' },
    });
  });

  it('says what is wrong about a number of cores', async () => {
    const { code, stderr } = await sandlot(['run', '--cpus', 'two', 'true']);
    expect(code).toBe(125);
    expect(stderr).toContain('Expected a number of cores such as 0.5 or 2, got "two"');
  });

  it('puts files and variables where they were asked for, and nothing of its own environment', async () => {
    const source = join(directory, 'one.txt');
    await writeFile(source, 'content');
    const script = 'cat dir/two.txt one.txt; echo; env';
    const options = ['--file', source, '--file', `${source}=dir/two.txt`, '--env', 'NAME=value'];
    const { stdout } = await sandlot(['run', ...options, '--', '/bin/sh', '-c', script], {
      env: { SECRET: 'hidden' },
    });
    expect(stdout).toMatch(/^contentcontent\n/);
    expect(stdout).toContain('\nNAME=value\n');
    expect(stdout).not.toContain('hidden');
  });

  it('reads stdin from a file', async () => {
    const source = join(directory, 'input');
    await writeFile(source, 'from a file');
    expect(await sandlot(['run', '--stdin', source, '--', 'cat'])).toMatchObject({ stdout: 'from a file' });
  });

  it('ends with the program though nobody closes its stdin', async () => {
    expect(await sandlot(['run', '--', 'true'], { keepsStdinOpen: true })).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('prints the job document with --json, of the same shape as the service', async () => {
    const args = ['run', '--json', '--', '/bin/sh', '-c', 'cat; exit 3'];
    const { code, stdout, stderr } = await sandlot(args, { input: 'hi' });
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(jobDocumentSchema.parse(JSON.parse(stdout))).toMatchObject({
      state: 'failed',
      outcome: { kind: 'exited', exitCode: 3 },
      output: { stdout: { encoding: 'utf8', text: 'hi' } },
      spec: { stdin: { bytes: 2 } },
    });
  });

  it.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('kills the program on %s and says so to the shell', async (signal, code) => {
    const running = startSandlot(['run', '--', '/bin/sh', '-c', 'echo ready; exec sleep 60']);
    await until('the program to run', () => running.stdout === 'ready\n');
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ code, stderr: 'sandlot: cancelled\n' });
  });

  it('ends quietly when the reader of its output leaves', async () => {
    const running = startSandlot(['run', '--', 'yes']);
    await until('output', () => running.stdout.length > 0);
    running.child.stdout.destroy();
    expect(await running.ended).toMatchObject({ code: 141, stderr: '' });
  });

  it('holds the program back while nobody reads, and loses nothing', async () => {
    const command = startSandlot(['run', '--', '/bin/sh', '-c', 'head -c 2000000 /dev/zero']);
    const slow = spawn('/bin/sh', ['-c', 'sleep 0.3; wc -c'], { stdio: ['pipe', 'pipe', 'inherit'] });
    command.child.stdout.removeAllListeners('data');
    command.child.stdout.pipe(slow.stdin);
    let counted = '';
    slow.stdout.setEncoding('utf8').on('data', (text: string) => (counted += text));
    await until('the count', () => counted.trim() === '2000000');
    expect(await command.ended).toMatchObject({ code: 0 });
  });

  it.each<[string, string[], string]>([
    ['no program', ['run'], 'Nothing to run: give a program with its arguments, or a module by --wasi'],
    ['an unknown option', ['run', '--bogus', 'true'], "unknown option '--bogus'"],
    ['a bad size', ['run', '--memory', '64MB', 'true'], 'Expected a size such as 64MiB'],
    [
      'a limit out of range',
      ['run', '--time', '20m', 'true'],
      '--time 20 m is out of range: ask for 1 ms to 10 m',
    ],
    ['a missing file', ['run', '--file', '/no/such', 'true'], '--file /no/such: no such file'],
    ['a missing stdin', ['run', '--stdin', '/no/such', 'true'], '--stdin /no/such: no such file'],
  ])('ends with 125 and one line about %s', async (_what, args, message) => {
    const { code, stdout, stderr } = await sandlot(args);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('sandlot', () => {
  it('says its version and helps, on stdout', async () => {
    expect(await sandlot(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
    const help = await sandlot(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Examples:');
  });

  it.each(['run', 'submit', 'status', 'logs', 'cancel', 'serve', 'api', 'worker'])(
    'shows examples for %s',
    async (command) => {
      const { code, stdout } = await sandlot([command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Examples:\n {2}\$ /);
    },
  );

  it('ends with 125 for a command it does not have', async () => {
    expect(await sandlot(['rum'])).toMatchObject({ code: 125, stdout: '' });
  });

  it('says how to build it where it is not built', async () => {
    await mkdir(join(directory, 'bin'));
    const copy = join(directory, 'bin/sandlot.mjs');
    await copyFile(join(import.meta.dirname, '../../bin/sandlot.js'), copy);
    const { status, stderr } = spawnSync(process.execPath, [copy], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 125,
      stderr: 'sandlot: not built yet: run npm start once\n',
    });
  });
});
