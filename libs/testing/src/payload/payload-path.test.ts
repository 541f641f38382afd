import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAYLOAD_BUILDS, payloadPath, type PayloadBuild } from './payload-path.js';

const builds = Object.keys(PAYLOAD_BUILDS) as readonly PayloadBuild[]; // the keys are the builds

/** The leak check at exit needs /proc, which is gone after a chroot. */
const ENVIRONMENT = { MARK: 'a=b', ASAN_OPTIONS: 'detect_leaks=0' };

/** Positive controls: on the host, where nothing holds them back, the verbs do what they say. */
describe.each(builds)('payload program, %s build', (build) => {
  let program: string;
  let directory: string;
  beforeAll(async () => {
    program = await payloadPath(build);
    directory = await mkdtemp(join(tmpdir(), 'sandlot-payload-'));
  }, 120_000);
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  const start = (...args: readonly string[]): ChildProcessWithoutNullStreams =>
    spawn(program, args, { cwd: directory });

  /** Runs a verb to its end. */
  const run = async (args: readonly string[], stdin = '') => {
    const child = spawn(program, args, { cwd: directory, env: ENVIRONMENT });
    if (stdin === '') child.stdin.end();
    else child.stdin.end(stdin);
    const [stdout, stderr, [code, signal]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
    ]);
    return { stdout, stderr, end: signal ?? code };
  };

  it.each<[string, readonly string[], number | string, string | RegExp]>([
    ['true', ['true'], 0, ''],
    ['exit', ['exit', '42'], 42, ''],
    ['kill-self by name', ['kill-self', 'TERM'], 'SIGTERM', ''],
    ['kill-self by number', ['kill-self', '9'], 'SIGKILL', ''],
    ['kill-self by a signal that kills nobody', ['kill-self', 'SIGCHLD'], 0, 'survived\n'],
    ['echo', ['echo', 'a', 'b c', ''], 0, 'a b c \n'],
    ['echo of nothing', ['echo'], 0, '\n'],
    ['fill-stdout', ['fill-stdout', '100000'], 0, /^x{100000}$/],
    ['chatter', ['chatter', '1', '3'], 0, 'xxx'],
    ['memory-hog', ['memory-hog', '3000000', '1'], 0, 'touched 3000000 none\n'],
    ['shared-map', ['shared-map', '3000000'], 0, 'touched 3000000 none\n'],
    ['memory-children', ['memory-children', '3', '2000000'], 0, 'touched 6000000 none\n'],
    ['memfd-fill', ['memfd-fill', '3000000'], 0, 'wrote 3000000 none\n'],
    ['memfd-map', ['memfd-map', '3000000'], 0, 'touched 3000000 none\n'],
    ['sysv-fill', ['sysv-fill', '3000000'], 0, 'touched 3000000 none\n'],
    ['pipe-fill', ['pipe-fill', '50000'], 0, /^filled \d{5,} none\n$/],
    ['fork-bomb', ['fork-bomb', '3'], 0, 'forked 3 none\n'],
    ['fork-tree', ['fork-tree', '3'], 0, 'forked 14 none\n'],
    ['thread-bomb', ['thread-bomb', '3'], 0, 'started 3 none\n'],
    ['burn-cpu', ['burn-cpu', '20'], 0, /^burned 2\d\n$/],
    ['burn-children', ['burn-children', '2', '20'], 0, /^burned [45]\d\n$/],
    ['burn-unreaped', ['burn-unreaped', '30'], 0, 'burned 30\n'],
    ['sleep', ['sleep', '5'], 0, ''],
    ['stop-and-continue', ['stop-and-continue', '5'], 0, 'continued\n'],
    ['list-fds', ['list-fds'], 0, /^0 \S+\n1 \S+\n2 \S+\n/],
    ['namespaces', ['namespaces'], 0, /^(?:\w+ \w+:\[\d+\]\n)+$/],
    [
      'ids',
      ['ids'],
      0,
      /^uid \d+ \d+ \d+\ngid .*\ngroups.*\nCapInh:\t[0-9a-f]{16}\n[^]*CapAmb:.*\nNoNewPrivs:\t\d\nSeccomp:\t\d\n$/,
    ],
    ['mounts', ['mounts'], 0, / \/ .* - /],
    ['processes', ['processes'], 0, new RegExp(`^${process.pid} .`, 'm')],
    ['environ', ['environ'], 0, /^MARK=a=b$/m],
    ['interfaces', ['interfaces'], 0, /^lo 0x\w+$/m],
    ['try-read of a file', ['try-read', '/etc/passwd'], 0, 'allowed\n'],
    ['try-read of a directory', ['try-read', '/'], 0, 'allowed\n'],
    ['try-read of what is not there', ['try-read', '/no/such'], 1, 'refused ENOENT\n'],
    ['try-write of a new file', ['try-write', 'new'], 0, 'allowed\n'],
    ['try-write into no directory', ['try-write', '/no/such'], 1, 'refused ENOENT\n'],
    ['try-kill of itself by no signal', ['try-kill', '0', '0'], 0, 'allowed\n'],
    ['try-kill of nobody', ['try-kill', '4194305', '0'], 1, 'refused ESRCH\n'],
    ['try-ptrace of nobody', ['try-ptrace', '4194305'], 1, 'refused ESRCH\n'],
    ['try-open-proc-mem of itself', ['try-open-proc-mem', 'self'], 0, 'allowed\n'],
    ['try-setns of nobody', ['try-setns', '4194305'], 1, 'refused ENOENT\n'],
    ['try-tiocsti without a terminal', ['try-tiocsti'], 1, /^refused E\w+\n$/],
    ['try-setuid to itself', ['try-setuid', String(process.getuid?.())], 0, 'allowed\n'],
    [
      'abstract-connect to nobody',
      ['abstract-connect', `sandlot-${process.pid}-nobody`],
      1,
      'refused ECONNREFUSED\n',
    ],
    ['try-socket of TCP', ['try-socket', '2'], 0, 'allowed\n'],
    ['try-socket of no family', ['try-socket', '99'], 1, 'refused EAFNOSUPPORT\n'],
    ['try-prlimit of itself', ['try-prlimit', '0'], 0, 'allowed\n'],
    ['try-prlimit of nobody', ['try-prlimit', '4194305'], 1, 'refused ESRCH\n'],
    ['big-file', ['big-file', 'big', '100000'], 0, 'wrote 100000 none\n'],
    ['big-file into no directory', ['big-file', '/no/such', '1'], 0, 'wrote 0 ENOENT\n'],
    ['sparse-file', ['sparse-file', 'sparse', '3000000'], 0, 'read 3000000 none\n'],
    ['sparse-file of no directory', ['sparse-file', '/no/such', '1'], 0, 'read 0 ENOENT\n'],
    ['sparse-map', ['sparse-map', 'sparse', '4096000'], 0, 'read 4096000 none\n'],
    ['many-files', ['many-files', '.', '3'], 0, 'made 3 none\n'],
    ['many-files that exist', ['many-files', '.', '3'], 0, 'made 0 EEXIST\n'],
    ['a verb that there is not', ['dance'], 2, ''],
    ['too few arguments', ['exit'], 2, ''],
    ['too many arguments', ['true', 'true'], 2, ''],
    ['an argument that is no number', ['exit', '-1'], 2, ''],
  ])('%s', async (_, args, end, stdout) => {
    const ran = await run(args);
    const isAsExpected = typeof stdout === 'string' ? ran.stdout === stdout : stdout.test(ran.stdout);
    expect({ ...ran, isAsExpected }).toMatchObject({ end, isAsExpected: true });
  });

  // Who runs this may or may not be allowed to; the verb gives either answer and leaves nothing behind.
  it.each([
    'try-mount',
    'try-chroot',
    'try-unshare-user',
    'try-sethostname',
    'try-mknod',
    'try-keyctl',
    'try-io-uring',
    'try-setgroups',
    'try-raise-rlimit',
  ])('%s answers', async (verb) => {
    const ran = await run([verb]);
    expect(ran.stdout).toMatch(ran.end === 0 ? /^allowed\n$/ : /^refused E\w+\n$/);
    expect(ran.stderr).toBe('');
    expect(await readdir(directory)).not.toContain('payload-device');
  });

  it('lists every verb when called alone', async () => {
    const { stdout, end } = await run([]);
    expect(end).toBe(0);
    expect(stdout.match(/^ {2}[a-z]/gm)?.length).toBeGreaterThan(50);
  });

  it('cat copies stdin byte for byte', async () => {
    const input = 'ü\n'.repeat(50_000);
    expect(await run(['cat'], input)).toEqual({ stdout: input, stderr: '', end: 0 });
  });

  it('try-write appends a text and leaves it there', async () => {
    await writeFile(join(directory, 'log'), 'a');
    await run(['try-write', 'log', 'b']);
    expect((await run(['cat'], '')).end).toBe(0);
    const { stdout } = await promisify(execFile)('cat', ['log'], { cwd: directory });
    expect(stdout).toBe('ab');
  });

  it('symlink-escape leaves its traps', async () => {
    const { stdout } = await run(['symlink-escape']);
    expect(await readdir(directory)).toEqual(expect.arrayContaining(stdout.trim().split('\n')));
    expect(stdout).toContain('escape-fifo\n');
  });

  it.each([
    ['flood-stdout', 'stdout'],
    ['flood-stderr', 'stderr'],
  ] as const)('%s never ends by itself', async (verb, stream) => {
    const child = start(verb);
    let bytes = 0;
    for await (const chunk of child[stream]) {
      bytes += (chunk as Buffer).length;
      if (bytes > 1 << 20) break;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(bytes).toBeGreaterThan(1 << 20);
  });

  it('ignore-sigterm survives SIGTERM', async () => {
    const child = start('ignore-sigterm');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    child.kill('SIGKILL');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });

  it.each([['pause'], ['select-forever'], ['heartbeat', '10'], ['busy-loop'], ['busy-threads', '2']])(
    '%s ends by a signal alone',
    async (...verb) => {
      const child = start(...verb);
      await once(child, 'spawn');
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
    },
  );

  it('busy-children uses the time of its children', async () => {
    const child = spawn(program, ['busy-children', '1'], { cwd: directory, detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    await expect.poll(() => childrenOf(child.pid!)).toHaveLength(1);
    process.kill(-child.pid!, 'SIGKILL');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });

  it('stop-self stops until continued', async () => {
    const child = start('stop-self');
    const ended = Promise.all([text(child.stdout), once(child, 'exit')]);
    await expect.poll(() => stateOf(child.pid!), { timeout: 10_000 }).toBe('T');
    child.kill('SIGCONT');
    expect(await ended).toEqual(['continued\n', [0, null]]);
  });

  it('double-fork-setsid leaves a daemon, and lets go of stdout', async () => {
    const { stdout, end } = await run(['double-fork-setsid']);
    expect(end).toBe(0);
    // Throws if there is no such process.
    process.kill(daemonOf(stdout), 'SIGKILL');
  });

  it('hold-stdout leaves a daemon that holds stdout', async () => {
    const child = start('hold-stdout');
    const [[first]] = (await Promise.all([once(child.stdout, 'data'), once(child, 'exit')])) as [
      [Buffer],
      unknown,
    ];
    expect(child.stdout.readableEnded).toBe(false);
    process.kill(daemonOf(first.toString()), 'SIGKILL');
    expect(await text(child.stdout)).toBe('');
  });

  it('abstract-listen and abstract-connect meet', async () => {
    const name = `sandlot-${process.pid}-${build}`;
    const listener = start('abstract-listen', name);
    const output = text(listener.stdout);
    await expect.poll(async () => (await run(['abstract-connect', name])).stdout).toBe('allowed\n');
    expect(await output).toBe('listening\nconnected\n');
  });

  it('connect-loopback reaches a port of 127.0.0.1', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('Expected a port');
    expect(await run(['connect-loopback', String(address.port)])).toMatchObject({
      stdout: 'allowed\n',
      end: 0,
    });
    server.close();
    await once(server, 'close');
    expect(await run(['connect-loopback', String(address.port)])).toMatchObject({
      stdout: 'refused ECONNREFUSED\n',
    });
  });

  it('try-ptrace and try-open-proc-mem answer of another process, which goes on', async () => {
    const other = start('pause');
    const ended = once(other, 'exit');
    for (const verb of ['try-ptrace', 'try-open-proc-mem']) {
      expect((await run([verb, String(other.pid)])).stdout).toMatch(/^(?:allowed|refused E\w+)\n$/);
    }
    expect(await run(['try-kill', String(other.pid), 'TERM'])).toMatchObject({ stdout: 'allowed\n' });
    expect(await ended).toEqual([null, 'SIGTERM']);
  });
});

function childrenOf(pid: number): readonly string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ');
}

function daemonOf(stdout: string): number {
  const pid = /^daemon (\d+)\n$/.exec(stdout)?.[1];
  if (pid === undefined) throw new Error(`Expected "daemon PID", got ${JSON.stringify(stdout)}`);
  return Number(pid);
}

/** The letter of proc_pid_stat(5), `T` for a stopped process. */
function stateOf(pid: number): string | undefined {
  return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
}
