import type { Sandbox } from '@sandlot/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { runInCell, shellInCell } from '../support/run-in-cell.js';
import { waitUntil } from '../support/wait-until.js';

/** Two jobs that try to meet: what one does, leaving it behind, and what the other finds, which must be `nothing`. */
interface Meeting {
  readonly name: string;
  /** Python: both know `os`, `socket`, `fcntl` and `ipc(name, …)`, a function of the C library that gives -1 or not. */
  readonly leave: string;
  /** An expression: true if it has found what the other one left. */
  readonly find: string;
}

const KEY = 0x5bd1;
const MEETINGS: readonly Meeting[] = [
  ...['/tmp', '/box', '/dev/shm'].map((directory) => ({
    name: `a file in ${directory}`,
    leave: `open('${directory}/left', 'w').close()`,
    find: `os.path.exists('${directory}/left')`,
  })),
  {
    name: 'SysV shared memory',
    leave: `assert ipc('shmget', ${KEY}, 4096, 0o1666)`,
    find: `ipc('shmget', ${KEY}, 0, 0)`,
  },
  {
    name: 'a SysV semaphore',
    leave: `assert ipc('semget', ${KEY}, 1, 0o1666)`,
    find: `ipc('semget', ${KEY}, 0, 0)`,
  },
  {
    name: 'a SysV message queue',
    leave: `assert ipc('msgget', ${KEY}, 0o1666)`,
    find: `ipc('msgget', ${KEY}, 0)`,
  },
  {
    name: 'an abstract unix socket',
    leave: `s = socket.socket(socket.AF_UNIX); s.bind('\\0met'); s.listen()`,
    find: `socket.socket(socket.AF_UNIX).connect_ex('\\0met') == 0`,
  },
  {
    name: 'a port of the loopback device',
    leave: `s = socket.socket(); s.bind(('127.0.0.1', 7171)); s.listen()`,
    find: `socket.socket().connect_ex(('127.0.0.1', 7171)) == 0`,
  },
  {
    name: 'a lock on a program of the host',
    leave: `fcntl.flock(os.open('/usr/bin/env', os.O_RDONLY), fcntl.LOCK_EX)`,
    find: `is_locked('/usr/bin/env')`,
  },
  {
    name: 'a row of /proc/net/unix',
    leave: `s = socket.socket(socket.AF_UNIX); s.bind('/tmp/met')`,
    find: `'met' in open('/proc/net/unix').read()`,
  },
  {
    name: 'a process',
    leave: `[os.fork() or time.sleep(60) for _ in range(3)]`,
    find: `len([p for p in os.listdir('/proc') if p.isdigit()]) > 2`,
  },
  {
    name: 'a lock without a pid, in /proc/locks',
    leave: `f = open('/tmp/met', 'w'); fcntl.fcntl(f, fcntl.F_OFD_SETLK, struct.pack('hhqqi', fcntl.F_WRLCK, 0, 0, 0, 0))`,
    find: `'OFDLCK' in read_unmasked('/proc/locks')`,
  },
  { name: 'the host name', leave: `ipc('sethostname', b'met', 3)`, find: `os.uname().nodename == 'met'` },
  {
    name: 'an own limit of user namespaces',
    leave: `os.access('/proc/sys/user', os.W_OK)`,
    find: `open('/proc/sys/user/max_user_namespaces').read() != '0\\n'`,
  },
];

const PRELUDE = `
import ctypes, fcntl, os, socket, struct, time
libc = ctypes.CDLL(None)
def ipc(name, *values): return getattr(libc, name)(*values) != -1
def read_unmasked(path):
  try: return open(path).read()
  except PermissionError: return ''
def is_locked(path):
  try: fcntl.flock(os.open(path, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
  except BlockingIOError: return True
`;

describe('a job finds nothing', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ slots: 2 });
  });
  afterAll(async () => await sandbox.close());

  const look = async (find: string) => {
    const script = `${PRELUDE}print('found' if ${find} else 'nothing')`;
    const { stdout, stderr } = await runInCell(sandbox, { argv: ['python3', '-c', script] });
    return stdout + stderr;
  };
  const leave = async (script: string, then: string, run: object = {}) =>
    await runInCell(sandbox, { argv: ['python3', '-c', `${PRELUDE}${script}\n${then}`], ...run });

  it.each(titled(MEETINGS))('of the job before it: %s', async (_name, { leave: script, find }) => {
    // One after the other in the same slot, whichever that is.
    for (let job = 0; job < 2; job += 1) {
      expect((await leave(script, `os._exit(0)`)).outcome).toEqual({ kind: 'exited', exitCode: 0 });
    }
    expect([await look(find), await look(find)]).toEqual(['nothing\n', 'nothing\n']);
  });

  it.each(titled(MEETINGS))('of the job beside it: %s', async (_name, { leave: script, find }) => {
    const controller = new AbortController();
    let output = '';
    const beside = leave(script, `print('left', flush=True)\ntime.sleep(60)`, {
      signal: controller.signal,
      onOutput: (chunk: string) => void (output += chunk),
    });
    try {
      await waitUntil('it is left', () => output.includes('left'));
      expect(await look(find)).toBe('nothing\n');
    } finally {
      controller.abort();
    }
    expect((await beside).outcome).toEqual({ kind: 'cancelled' });
  });

  it.each(titled(MEETINGS.slice(0, 9)))(
    'that a process of its own would: %s',
    async (_name, { leave: script, find }) => {
      const both = `if os.fork() == 0:\n  ${script}\n  time.sleep(60)\ntime.sleep(0.2)\nprint(${find})`;
      const { stdout } = await runInCell(sandbox, { argv: ['python3', '-c', PRELUDE + both] });
      expect(stdout).toBe('True\n');
    },
  );

  it('of init, which a script can name as its interpreter (CVE-2019-5736)', async () => {
    const files = [{ path: 'run', mode: '0755', content: '#!/proc/self/exe\n' }];
    const { outcome } = await runInCell(sandbox, { argv: ['./run'], files });
    expect(outcome).not.toEqual({ kind: 'exited', exitCode: 0 });
    expect((await shellInCell(sandbox, 'echo fine')).stdout).toBe('fine\n');
  });
});

/** `$name` in a title would be cut. */
function titled(meetings: readonly Meeting[]): readonly (readonly [string, Meeting])[] {
  return meetings.map((meeting) => [meeting.name, meeting]);
}
